import { guard } from "../../vendor/lit-html/directives/guard.js"
import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { dayKey, untilTomorrow } from "../helpers/time.js"
import { makeRows } from "../helpers/timeline-rows.js"
import { seenUpTo } from "../models/seen.js"
import { CompletionList } from "./completion-list.js"
import { MessageActions } from "./message-actions.js"
import { listenToReactions } from "./message-reactions.js"
import { rowTemplate } from "./message-row.js"
import { ScrollAnchor } from "./scroll-anchor.js"
import { edgeTemplate, failedTemplate, loadingTemplate, startTemplate } from "./timeline-edges.js"
import { jumpsTemplate } from "./timeline-jumps.js"
import { TimelineKeys } from "./timeline-keys.js"
import { listenToPeople } from "./timeline-people.js"
import { View } from "./view.js"

/**
 * The timeline: it renders the loaded rows, keeps the scroll position, loads more near the edges, and reports what was
 * seen.
 */
class RoomTimeline extends View {
  #goal = "start"
  #wasNewSeen = false

  connect() {
    const { app } = this
    this.#build()
    this.actions = new MessageActions(app)
    this.anchor = new ScrollAnchor(this.scroller, this.content)
    this.keys = new TimelineKeys(this, this.actions)
    listenToPeople(this)
    listenToReactions(this)
    app.editCompletion = new CompletionList(this.#editField(), app, "edit-completions")
    const { outbox, people, editing, connection, linkedMessages, filePreviews, reactions } = app
    this.watch(outbox, people, editing, connection, linkedMessages, filePreviews, reactions)
    app.rooms.on(() => this.#drawJumps())
    app.openRooms.on(detail => this.#heed(detail))
    app.editing.on(news => this.#moveFocus(news))
    this.scroller.addEventListener("scroll", () => this.#look(), { passive: true })
    app.attention.on(() => this.#look())
    this.#drawAtMidnight()
  }

  message(row) {
    return this.app.openRooms.current.history.get(Number(row?.dataset.id))
  }

  draw() {
    const { current } = this.app.openRooms
    this.anchor.remember()
    this.scroller.setAttribute("aria-label", t("Messages in {room}", { room: this.app.room?.title ?? t("this room") }))
    this.scroller.setAttribute("aria-busy", String(current.state === "loading"))
    render(this.#template(current), this.content)
    this.anchor.restore()
    this.actions.check(current.history.messages)
    if (current.state === "ready") this.#reachGoal()
    if (this.anchor.isAtEnd && !current.history.moreAfter) current.history.trimBefore()
    this.#look()
  }

  #build() {
    this.scroller = Object.assign(document.createElement("div"), { className: "timeline-scroller" })
    this.content = Object.assign(document.createElement("div"), { className: "timeline-content" })
    this.floats = Object.assign(document.createElement("div"), { className: "timeline-floats" })
    this.scroller.setAttribute("role", "log")
    // The live region announces new messages; the log itself would announce every loaded page.
    this.scroller.setAttribute("aria-live", "off")
    this.scroller.append(this.content)
    this.append(this.scroller, this.floats)
  }

  #template(current) {
    if (current.state === "failed") return failedTemplate(current)
    if (current.state === "loading") return loadingTemplate()
    const { history } = current
    const pending = history.moreAfter ? [] : this.app.outbox.entries(current.id)
    const rows = makeRows({ messages: history.messages, pending, newAfter: newLineAfter(current), me: this.app.me.id })
    return html`
      ${history.moreBefore ? edgeTemplate(current, "before") : startTemplate(this.app.room, !rows.length)}
      ${repeat(
        rows,
        ({ key }) => key,
        row => this.#row(row),
      )}
      ${history.moreAfter ? edgeTemplate(current, "after") : nothing}
    `
  }

  #row(row) {
    const { app } = this
    const edit = row.message && app.editing.get(row.message.id)
    const person = row.message && app.people.now(row.message.author)
    // A day is "Today" until midnight.
    const today = row.kind === "day" && dayKey(Date.now())
    const isEditable = row.kind === "pending" && app.outbox.isEditable(row.entry.key)
    const grounds = [
      row.message ?? row.entry ?? row.key,
      row.continues,
      person,
      today,
      edit?.state,
      edit?.error,
      isEditable,
      row.entry?.files?.map(({ key }) => app.filePreviews.url(key) ?? Boolean(app.uploads.get(key))).join(),
      row.message && app.linkedMessages.placesIn(row.message).length ? app.linkedMessages.version : 0,
      row.message && app.reactions.chosenOn(row.message),
      app.openRooms.current.can.has("delete_any"),
      app.openRooms.current.can.has("react"),
    ]
    return guard(grounds, () => rowTemplate(row, app))
  }

  /** Follow the open rooms: to a room that is shown now, to a message, or to the end. */
  #heed({ shown, position, toEnd, toNew } = {}) {
    if (shown || toNew) this.#goal = "start"
    if (shown) {
      this.#wasNewSeen = false
      this.anchor.isAtEnd = true
      this.actions.hide()
    }
    if (toEnd) this.#goal = "end"
    if (position !== undefined) this.#goal = { position }
    this.update()
  }

  /** Scroll to the target. A room opens at its "New" line if that is loaded, else at the end. */
  #reachGoal() {
    const goal = this.#goal
    this.#goal = null
    if (!goal) return
    if (goal.position) return this.#showRow(this.#nearest(goal.position), goal.position)
    const line = goal === "start" ? this.querySelector(".new-line") : null
    if (line) this.anchor.toRow(line, 0.2)
    else this.anchor.toEnd()
  }

  #nearest(position) {
    const message = this.app.openRooms.current.history.messages.find(({ posted_seq }) => posted_seq >= position)
    return message && document.getElementById(`m-${message.posted_seq}`)
  }

  #showRow(row, position) {
    if (!row) return this.anchor.toEnd()
    const line = this.querySelector(".new-line")
    const isFirstNew = line && row.id === line.nextElementSibling?.id
    this.anchor.toRow(isFirstNew ? line : row, 0.25)
    if (row.id !== `m-${position}`) return
    row.classList.remove("flash")
    requestAnimationFrame(() => row.classList.add("flash"))
    this.keys.stopAt(row)
  }

  /** After every scroll and render: report what is seen, and load more near the edges. */
  #look() {
    const { app, anchor } = this
    const { current } = app.openRooms
    const { history } = current
    if (current.state !== "ready") return
    if (!anchor.scroller.clientHeight) return
    anchor.look()
    this.keys.keepStop()
    if (app.attention.isActive) this.#read(current)
    else app.readMarker.cancel()
    const hasSeenAll = !history.newest || app.readMarker.position(current.id) >= history.newest.posted_seq
    app.openRooms.watching = app.attention.isActive && anchor.isAtEnd && !history.moreAfter && hasSeenAll
    if (current.error?.kind !== "before" && anchor.isNearStart()) current.loadBefore()
    if (current.error?.kind !== "after" && anchor.isNearEnd()) current.loadAfter()
    this.#drawJumps()
  }

  /** Mark the messages on the screen as read, unless unread ones before them were skipped. */
  #read({ id, history }) {
    const { readMarker, rooms, me } = this.app
    const seen = readMarker.position(id)
    if (!(history.newest?.posted_seq > seen)) return
    const shown = this.anchor.shown()
    if (!shown) return
    const [from, to] = [shown.first, shown.last].map(row => history.get(Number(row.dataset.id))?.posted_seq)
    const unread = rooms.get(id)?.unread.count.unread ?? 0
    readMarker.markSoon(id, seenUpTo({ history, unread, me: me.id, seen, from, to }))
  }

  #drawJumps() {
    const { current } = this.app.openRooms
    const line = this.querySelector(".new-line")
    if (line && !this.anchor.isAbove(line)) this.#wasNewSeen = true
    const isFarUp = !this.anchor.isAtEnd || current.history.moreAfter
    const isNewAbove = current.newAfter !== null && !this.#wasNewSeen && current.state === "ready"
    render(jumpsTemplate(this.app, { isFarUp, isNewAbove, dismiss: () => this.#dismissNew() }), this.floats)
  }

  #dismissNew() {
    this.#wasNewSeen = true
    this.#drawJumps()
  }

  /** Focus the field of an edit that began, and the composer when an edit ends. */
  #moveFocus({ begun, ended } = {}) {
    if (ended && this.contains(document.activeElement)) document.getElementById("composer")?.focus()
    if (!begun) return
    requestAnimationFrame(() => {
      const area = this.querySelector(`[data-id="${begun}"] .editor textarea`)
      if (!area) return
      area.focus()
      area.setSelectionRange(area.value.length, area.value.length)
      area.closest(".message").scrollIntoView({ block: "nearest" })
    })
  }

  /** The field for completions of an edit. Its list is above the composer, like the composer's own. */
  #editField() {
    return {
      get area() {
        return document.activeElement?.closest?.("room-timeline .editor textarea")
      },
      before: list => this.append(list),
    }
  }

  #drawAtMidnight() {
    setTimeout(() => {
      this.update()
      this.#drawAtMidnight()
    }, untilTomorrow())
  }
}

/** The "New" line needs the message above it, or the beginning of the room. */
function newLineAfter({ newAfter, history }) {
  const isLoaded = !history.moreBefore || history.oldest?.posted_seq <= newAfter
  return isLoaded ? newAfter : null
}

customElements.define("room-timeline", RoomTimeline)
