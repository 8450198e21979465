import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { reportBug } from "../helpers/bug-reports.js"
import { t } from "../helpers/i18n.js"
import { timeIn } from "../helpers/time.js"
import { isPresenceKnown, memberPresence, PRESENCES } from "./member-presence.js"
import { avatar, icon } from "./parts.js"
import { giveFocusBack, homeOf, placeAt } from "./popover.js"
import { View } from "./view.js"

const ROLES = {
  owner: t("Owner of this room"),
  moderator: t("Moderator of this room"),
  member: t("Member of this room"),
}
const TIMES_MS = 10_000

/**
 * Open the profile card of a user of the current room. It is a popover, so Esc and a click outside close it and the
 * focus returns.
 */
export function openProfileCard(anchor, app, person) {
  const card = Object.assign(document.createElement("profile-card"), { anchor, person, room: app.openRooms.current })
  homeOf(anchor).append(card)
  card.begin(app)
}

/** The profile card: what is loaded at once, then the time zone, and the role if it is not loaded, from the server. */
class ProfileCard extends View {
  #ends = []
  #asked = null

  connect() {
    const { openRooms, people, presence, ownPresence, connection } = this.app
    this.popover = "auto"
    this.className = "menu profile-card"
    this.tabIndex = -1
    this.setAttribute("role", "dialog")
    this.setAttribute("aria-describedby", "profile-facts")
    this.addEventListener("toggle", ({ newState }) => newState === "closed" && this.#end())
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.contains(relatedTarget)) this.#close()
    })
    const ticking = setInterval(this.update, TIMES_MS)
    this.#ends = [
      ...[people, presence, ownPresence, connection, this.room].map(emitter => emitter.on(this.update)),
      // Role and presence are those in the room where the card was opened.
      openRooms.on(({ shown } = {}) => shown && this.#close()),
      () => clearInterval(ticking),
    ]
    this.anchor.setAttribute("aria-expanded", "true")
    this.showPopover()
    this.#ask()
  }

  draw() {
    if (!this.matches(":popover-open")) return
    const isFirst = !this.firstElementChild
    super.draw()
    this.setAttribute("aria-label", this.#now.name)
    if (isFirst) (this.querySelector("a, button") ?? this).focus()
  }

  /** Place the card; on a narrow screen it is a sheet by its style. */
  drawn() {
    const { x, y } = placeAt(this.anchor, this)
    this.style.setProperty("--x", `${x}px`)
    this.style.setProperty("--y", `${y}px`)
  }

  template() {
    const person = this.#now
    const { role, isMember } = this.room.members.membership(person.id, this.#asked)
    const isPresent = isMember && !person.deactivated
    return html`
      <div class="profile-head">
        ${avatar(person, { size: "l", presence: isPresent && isPresenceKnown(this.app) ? this.#presence : nothing })}
        <div>
          <p class="profile-name" dir="auto">${person.name}</p>
          <p class="soft">@<bdi>${person.username}</bdi></p>
          ${person.deactivated ? html`<p class="badge">${t("deactivated")}</p>` : nothing}
        </div>
      </div>
      <div class="profile-facts" id="profile-facts">
        ${person.deactivated ? html`<p>${t("This account was deactivated.")}</p>` : this.#presentTemplate(isMember)}
        ${role && this.app.room?.kind !== "direct" ? html`<p>${ROLES[role]}</p>` : nothing}
        ${isMember === false ? html`<p>${t("No longer in this room")}</p>` : nothing}
      </div>
      ${this.#actionsTemplate(person, isMember)}
    `
  }

  /** The line of the local time is reserved while it loads, so that the buttons do not move under the pointer. */
  #presentTemplate(isMember) {
    if (isMember === false) return nothing
    const zone = this.#asked?.time_zone
    const time = zone && timeIn(zone)
    const isKnown = isPresenceKnown(this.app)
    return html`
      ${isMember ? html`<p data-presence>${isKnown ? PRESENCES[this.#presence] : t("Unknown while offline")}</p>` : nothing}
      ${time ? html`<p data-local-time>${t("{time} local time", { time })}</p>` : this.#asked ? nothing : html`<p aria-hidden="true">…</p>`}
    `
  }

  #actionsTemplate(person, isMember) {
    const { app } = this
    if (person.id === app.me.id)
      return html`<div class="profile-actions"><a class="button" href=${app.urls.profile}>${icon("pencil")}${t("Edit profile")}</a></div>`
    if (person.deactivated) return nothing
    const mayMention = isMember && this.room.can.has("post")
    return html`<div class="profile-actions">
      <button type="button" class="button" @click=${() => this.#do(() => app.actions.openDirect(person))}>${icon("message-circle")}${t("Message")}</button>
      ${
        mayMention
          ? html`<button type="button" class="button" @click=${() => this.#do(() => app.actions.mention(person))}>${icon("at-sign")}${t("Mention")}</button>`
          : nothing
      }
    </div>`
  }

  get #now() {
    return this.app.people.now(this.person)
  }

  get #presence() {
    return memberPresence(this.app, this.room.id, this.person.id)
  }

  async #ask() {
    try {
      this.#asked = await this.app.api.person(this.room.id, this.person.id)
      this.app.people.learn(this.#asked.user)
    } catch (error) {
      reportBug(error)
      this.#asked = {} // Show what is loaded.
    }
    this.update()
  }

  #do(act) {
    this.#close()
    act()
  }

  #close() {
    if (this.matches(":popover-open")) this.hidePopover()
  }

  #end() {
    for (const end of this.#ends) end()
    this.anchor.removeAttribute("aria-expanded")
    giveFocusBack(this, this.anchor)
    this.remove()
  }
}

customElements.define("profile-card", ProfileCard)
