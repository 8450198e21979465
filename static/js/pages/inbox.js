// The notification page, live: actions show at once, older notifications load while scrolling, new ones appear. The
// server renders every row; this script takes them from fetched pages. The page works without it, too.

import { closeDropdowns } from "../elements/dropdowns.js"
import { listenToInboxKeys } from "../elements/inbox-keys.js"
import { InboxRows } from "../elements/inbox-rows.js"
import { systemClock } from "../helpers/browser.js"
import { getText } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { isClockNew } from "../helpers/local-time.js"
import { readPage } from "../helpers/trusted-types.js"
import { Batches } from "../models/batches.js"

const AHEAD = "600px"
const NEAR_TOP_PX = 100
/** The filters whose list contains new notifications. */
const SHOW_NEW = [null, "", "all", "unread"]
const UNDO_MS = 10_000
/** One request may name so many ids. */
const MOST_AT_ONCE = 100

class NotificationInbox extends HTMLElement {
  #undoing = null

  connectedCallback() {
    this.list = new InboxRows(this.querySelector("#inbox"))
    this.changes = new Batches({ clock: systemClock, load: ids => this.#refresh(ids) })
    this.addEventListener("submit", event => this.#submit(event))
    closeDropdowns()
    listenToInboxKeys(this.list)
    this.#watchEnd()
    this.#forgetDone()
    this.#listen()
    if (isClockNew) this.#drawDays()
  }

  /** Fetch the rows again: the server grouped them into days of another time zone. */
  async #drawDays() {
    const page = await this.#fetch({})
    if (!page) return
    this.list.start(page)
    if (this.list.older) this.end.observe(this.list.older)
  }

  /** Whether a new notification appears in the visible list, so that it needs no toast. */
  shows({ kind, stream }) {
    if (document.hidden || !document.hasFocus() || scrollY > NEAR_TOP_PX) return false
    const chosen = new URLSearchParams(location.search)
    const isOf = (name, value) => [null, "", value].includes(chosen.get(name))
    return SHOW_NEW.includes(chosen.get("show")) && isOf("kind", kind) && isOf("stream", stream?.slug)
  }

  /** Follow the bell's events: new notifications appear, and changes from elsewhere show. */
  #listen() {
    document.addEventListener("hubbub:notification", ({ detail }) => this.changes.add([String(detail.id)]))
    document.addEventListener("hubbub:inbox", () => this.changes.add(this.list.ids))
    document.addEventListener("hubbub:reset", () => location.reload())
  }

  async #submit(event) {
    const { submitter, target: form } = event
    if (!submitter) return
    event.preventDefault()
    if (this.busy) return
    const [action, named] = submitter.value.split(" ")
    const ids = action === "read-all" ? this.list.ids.slice(0, MOST_AT_ONCE) : named.split(",")
    const body = new FormData(form, submitter)
    body.set("ids", ids.join(","))
    closeDropdown(submitter)
    this.busy = true
    const page = await this.#post(body)
    this.busy = false
    if (!page) return
    this.#take(ids, page)
    this.#show([...page.querySelector(".undo").children])
  }

  /** The server responds with the page, limited to the named notifications. */
  async #post(body) {
    try {
      const answer = await fetch(location.href, { method: "POST", body })
      if (new URL(answer.url).pathname !== location.pathname) return location.reload()
      if (answer.ok) return readPage(await answer.text())
      this.#say(t("Something went wrong. Reload the page."))
    } catch {
      this.#say(t("Can't reach the server."))
    }
    return null
  }

  async #refresh(ids) {
    const page = await this.#fetch({ ids: ids.join(",") })
    if (page) this.#take(ids, page)
  }

  #take(ids, page) {
    this.list.refresh(ids, page)
    for (const part of [".inbox-head .actions", ".tabs"]) this.#takeOver(page, part)
    if (!this.list.rows.length) this.#loadOlder()
  }

  /** Replace a part of the page; the focus stays on the same control, or the last one left. */
  #takeOver(page, selector) {
    const here = this.querySelector(selector)
    const at = [...here.querySelectorAll("a, button")].indexOf(document.activeElement)
    const anew = document.adoptNode(page.querySelector(selector))
    here.replaceWith(anew)
    const controls = [...anew.querySelectorAll("a, button")]
    if (at >= 0) (controls[at] ?? controls.at(-1))?.focus()
  }

  async #fetch(more) {
    const url = new URL(location.href)
    for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value)
    try {
      return readPage(await getText(url))
    } catch (error) {
      // Signed out, or redirected: a reload shows the right page.
      if (error.code === "unexpected") location.reload()
      return null
    }
  }

  #watchEnd() {
    this.end = new IntersectionObserver(entries => entries.at(-1).isIntersecting && this.#loadOlder(), {
      rootMargin: `${AHEAD} 0px`,
    })
    if (this.list.older) this.end.observe(this.list.older)
  }

  async #loadOlder() {
    const { older } = this.list
    if (!older || this.loading) return
    this.loading = true
    this.end.unobserve(older)
    const page = await this.#fetch({ before: new URL(older.href).searchParams.get("before") })
    this.loading = false
    if (page) this.list.append(page)
    if (page && this.list.older) this.end.observe(this.list.older)
  }

  #say(words) {
    this.#show([Object.assign(document.createElement("p"), { textContent: words })])
  }

  #show(nodes) {
    const bar = this.querySelector(".undo")
    bar.replaceChildren(...nodes)
    clearTimeout(this.#undoing)
    this.#undoing = setTimeout(() => bar.matches(":focus-within, :hover") || bar.replaceChildren(), UNDO_MS)
  }

  /** Remove the last action from the URL, so that a reload does not show it again. */
  #forgetDone() {
    const url = new URL(location.href)
    if (!url.searchParams.has("done")) return
    url.searchParams.delete("done")
    history.replaceState(history.state, "", url)
  }
}

/** Close the dropdown around a button; the focus returns to its summary. */
function closeDropdown(button) {
  const dropdown = button.closest("details")
  if (!dropdown) return
  dropdown.querySelector("summary").focus()
  dropdown.open = false
}

customElements.define("notification-inbox", NotificationInbox)
