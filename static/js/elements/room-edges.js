import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { plural } from "../helpers/i18n.js"
import { badgeCount } from "../models/unread.js"
import { icon } from "./parts.js"
import { View } from "./view.js"

const HEAD_PX = 40 // a section's name is sticky over its rooms

/**
 * The pills at the edges of the sidebar that count unread rooms outside the view. It also scrolls the current room into
 * view.
 */
class RoomEdges extends View {
  #shown = null

  connect() {
    this.list = document.querySelector("room-list")
    this.list.addEventListener("scroll", this.update, { passive: true })
    new ResizeObserver(this.update).observe(this.list)
    this.watch(this.app.rooms, this.app.openRooms)
  }

  draw() {
    this.#reveal()
    super.draw()
  }

  template() {
    this.style.setProperty("--list", `${this.list.clientHeight}px`)
    const { top, bottom } = this.list.getBoundingClientRect()
    if (top === bottom) return nothing
    const rows = [...this.list.querySelectorAll(".room:is(.unread, :has(.count.you))")]
    const above = rows.filter(row => row.getBoundingClientRect().bottom < top + HEAD_PX)
    const below = rows.filter(row => row.getBoundingClientRect().top > bottom)
    return html`${this.#pill("above", "arrow-up", above, above.at(-1))}${this.#pill("below", "arrow-down", below, below[0])}`
  }

  #pill(place, sign, rows, nearest) {
    if (!rows.length) return nothing
    const mentions = rows.reduce((sum, row) => sum + badgeCount(this.app.rooms.get(Number(row.dataset.room))), 0)
    const words = mentions
      ? plural("{count} mention", "{count} mentions", mentions)
      : plural("{count} unread", "{count} unread", rows.length)
    const go = () => nearest.scrollIntoView({ block: "center" })
    return html`<button type="button" class="edge edge-${place} ${mentions ? "you" : ""}" tabindex="-1" aria-hidden="true"
      @click=${go}>${icon(sign)}${words}</button>`
  }

  #reveal() {
    const { id } = this.app.openRooms.current
    const row = this.list.querySelector(".room[aria-current]")
    if (!row || id === this.#shown || Number(row.dataset.room) !== id) return
    this.#shown = id
    const [seen, box] = [row.getBoundingClientRect(), this.list.getBoundingClientRect()]
    if (seen.top < box.top + HEAD_PX || seen.bottom > box.bottom) row.scrollIntoView({ block: "center" })
  }
}

customElements.define("room-edges", RoomEdges)
