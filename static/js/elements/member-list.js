import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { TabStop } from "../helpers/focus.js"
import { fill } from "../helpers/http.js"
import { isolate } from "../helpers/isolate.js"
import { openMenu } from "./menu.js"
import { face, icon, iconButton } from "./parts.js"
import { View } from "./view.js"

const GROUPS = [
  ["online", "Online"],
  ["quiet", "Do not disturb"],
  ["away", "Away"],
  ["offline", "Offline"],
]

/** Who is in the room, and who of them is here now. */
class MemberList extends View {
  connect() {
    this.stop = new TabStop(this, ".member")
    this.watch(this.app.desk, this.app.presence, this.app.people, this.app.away, this.app.connection)
  }

  drawn() {
    this.stop.keep()
  }

  template() {
    const { desk, panels } = this.app
    const members = Map.groupBy(desk.current.members.all, ({ user }) => this.#presence(user))
    return html`
      <div class="panel-head">
        <h2>People <span class="soft">${desk.current.members.size}</span></h2>
        ${iconButton({ name: "x", label: "Close the list of people", style: "panel-closer", act: () => panels.close("members") })}
      </div>
      <div class="panel-body" role="group" aria-label="People in this room">
        ${GROUPS.map(([state, name]) => (members.has(state) ? this.#group(state, name, members.get(state)) : nothing))}
        ${desk.current.members.arePartial ? this.#allLink(desk.current) : nothing}
        ${desk.current.can.has("invite") ? this.#invite(desk.current.id) : nothing}
      </div>
    `
  }

  #heading(name, count) {
    const isKnown = ["connected", "connecting"].includes(this.app.connection.state)
    if (!isKnown) return "Not known while offline"
    return this.app.desk.current.members.arePartial ? name : `${name}, ${count}`
  }

  #group(state, name, members) {
    return html`<section>
      <h3>${this.#heading(name, members.length)}</h3>
      <ul class="member-list">${repeat(
        members,
        ({ user }) => user.id,
        member => this.#member(member, state),
      )}</ul>
    </section>`
  }

  #member({ user, role }, state) {
    const person = this.app.people.now(user)
    const open = ({ currentTarget }) => this.#open(currentTarget, person)
    return html`<li><button type="button" class="member ${state}" aria-haspopup="menu" @click=${open}>
      ${face(person, { size: "s", presence: state })}<bdi class="member-name">${person.name}</bdi>
      ${role === "member" ? nothing : html`<span class="badge">${role}</span>`}
      ${person.deactivated ? html`<span class="badge">deactivated</span>` : nothing}
    </button></li>`
  }

  /** A page has them all, with a search. */
  #allLink({ id, members }) {
    return html`<a class="button quiet small wide" href=${`${fill(this.app.urls.room_settings, { room: id })}#people`}>All ${members.size} people</a>`
  }

  #invite(room) {
    return html`<a class="button small wide invite" href=${fill(this.app.urls.room_invite, { room })}>${icon("user-plus")}Invite people</a>`
  }

  #open(anchor, person) {
    if (person.deactivated) return this.app.say(`The account of ${person.name} was deactivated.`)
    const isMe = person.id === this.app.me.id
    const items = [
      isMe
        ? { label: "Your profile", icon: "circle-user", href: this.app.urls.profile }
        : {
            label: `Message ${isolate(person.name)}`,
            icon: "message-circle",
            act: () => this.app.actions.openDirect(person),
          },
      {
        label: `Mention @${person.username}`,
        icon: "at-sign",
        act: () => this.app.actions.insert(`@${person.username} `),
      },
    ]
    openMenu(anchor, items, person.name)
  }

  /** Of myself I know better than the last presence event. */
  #presence({ id }) {
    const { me, connection, away } = this.app
    if (id === me.id) return connection.state === "connected" ? away.state : "offline"
    return this.app.presence.state(this.app.desk.current.id, id)
  }
}

customElements.define("member-list", MemberList)
