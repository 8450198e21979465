import { Emitter } from "../helpers/emitter.js"
import { localStore } from "../helpers/safe-storage.js"

export const narrow = { rooms: matchMedia("(max-width: 760px)"), members: matchMedia("(max-width: 1100px)") }
const REMEMBERED = "hubbub.members"

/**
 * The side panels: rooms and members. On a wide screen the members are shown or hidden as chosen last. On a narrow one
 * a panel is a drawer over the room: one at a time, closed by Esc or a click outside, and inert while closed.
 */
export class Panels extends Emitter {
  #open = new Set()
  #opener = null

  constructor(app) {
    super()
    this.app = app
    this.sides = { rooms: app.querySelector("[data-panel=rooms]"), members: app.querySelector("[data-panel=members]") }
    app.querySelector(".scrim").addEventListener("click", () => this.closeAll())
    for (const query of Object.values(narrow)) query.addEventListener("change", () => this.#begin())
    this.#begin()
  }

  isOpen(name) {
    return this.#open.has(name)
  }

  get hasDrawer() {
    return [...this.#open].some(name => narrow[name].matches)
  }

  toggle(name) {
    if (this.isOpen(name)) this.close(name)
    else this.open(name)
  }

  open(name) {
    if (narrow[name].matches) {
      this.closeAll()
      this.#opener = document.activeElement
    }
    this.#open.add(name)
    this.#remember(name)
    this.#show()
    if (narrow[name].matches) this.sides[name].querySelector("a, button")?.focus()
  }

  close(name) {
    if (!this.isOpen(name) || (name === "rooms" && !narrow.rooms.matches)) return
    this.#open.delete(name)
    this.#remember(name)
    const hadFocus = this.sides[name].contains(document.activeElement)
    this.#show()
    if (hadFocus) this.#opener?.focus()
  }

  /** Close the drawers. */
  closeAll() {
    for (const name of [...this.#open]) if (narrow[name].matches) this.close(name)
  }

  #begin() {
    const wanted = localStore.getItem(REMEMBERED) !== "closed"
    this.#open = new Set(narrow.rooms.matches ? [] : ["rooms"])
    if (!narrow.members.matches && wanted) this.#open.add("members")
    this.#show()
  }

  #remember(name) {
    if (name === "members" && !narrow.members.matches) {
      localStore.setItem(REMEMBERED, this.isOpen("members") ? "open" : "closed")
    }
  }

  #show() {
    for (const [name, side] of Object.entries(this.sides)) {
      side.inert = !this.isOpen(name)
      side.toggleAttribute("data-open", this.isOpen(name))
    }
    this.app.toggleAttribute("data-drawer", this.hasDrawer)
    this.app.querySelector("main").inert = this.hasDrawer
    this.app.toggleAttribute("data-members", this.isOpen("members"))
    this.changed()
  }
}
