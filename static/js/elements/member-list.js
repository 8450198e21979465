import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { TabStop } from "../helpers/focus.js"
import { fill } from "../helpers/http.js"
import { plural, t } from "../helpers/i18n.js"
import { isPresenceKnown, memberPresence, PRESENCES } from "./member-presence.js"
import { openProfile } from "./part-loader.js"
import { avatar, icon, iconButton } from "./parts.js"
import { View } from "./view.js"

const ROLES = { owner: t("owner"), moderator: t("moderator") }

/** The members of the current room, grouped by presence. */
class MemberList extends View {
  connect() {
    this.stop = new TabStop(this, ".member")
    this.watch(this.app.openRooms, this.app.presence, this.app.people, this.app.ownPresence, this.app.connection)
  }

  drawn() {
    this.stop.keep()
  }

  template() {
    const { openRooms, panels } = this.app
    const { id: room } = openRooms.current
    const members = Map.groupBy(openRooms.current.members.all, ({ user }) => memberPresence(this.app, room, user.id))
    return html`
      <div class="panel-head">
        <h2>${t("People")} <span class="soft">${openRooms.current.members.size}</span></h2>
        ${this.#filesLink(room)}
        ${iconButton({ name: "x", label: t("Hide people"), style: "panel-closer", act: () => panels.close("members") })}
      </div>
      <div class="panel-body" role="group" aria-label=${t("People in this room")}>
        ${Object.entries(PRESENCES).map(([state, name]) => (members.has(state) ? this.#group(state, name, members.get(state)) : nothing))}
        ${openRooms.current.members.arePartial ? this.#allLink(openRooms.current) : nothing}
        ${openRooms.current.can.has("invite") ? this.#invite(openRooms.current.id) : nothing}
      </div>
    `
  }

  #heading(name, count) {
    if (!isPresenceKnown(this.app)) return t("Unknown while offline")
    return this.app.openRooms.current.members.arePartial ? name : `${name}, ${count}`
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
    const open = ({ currentTarget }) => openProfile(currentTarget, this.app, person)
    return html`<li><button type="button" class="member ${state}" aria-haspopup="dialog" @click=${open}>
      ${avatar(person, { size: "s", presence: state })}<bdi class="member-name">${person.name}</bdi>
      ${role === "member" ? nothing : html`<span class="badge">${ROLES[role]}</span>`}
      ${person.deactivated ? html`<span class="badge">${t("deactivated")}</span>` : nothing}
    </button></li>`
  }

  /** A link to the page with all members and a search. */
  #allLink({ id, members }) {
    return html`<a class="button quiet small wide" href=${`${fill(this.app.urls.room_settings, { room: id })}#people`}>${plural("All {count} people", "All {count} people", members.size)}</a>`
  }

  /** There is none on a site that has files turned off. templates/chat/room.html has the same. */
  #filesLink(room) {
    const template = this.app.urls.room_files
    if (!template) return nothing
    const label = t("Files in this room")
    return html`<a class="icon-button" href=${fill(template, { room })} aria-label=${label} title=${label}>${icon("folder-open")}</a>`
  }

  #invite(room) {
    return html`<a class="button small wide invite" href=${fill(this.app.urls.room_invite, { room })}>${icon("user-plus")}${t("Invite people")}</a>`
  }
}

customElements.define("member-list", MemberList)
