// The page of all notifications, live: what one does shows at once, older ones come as one scrolls, new ones appear.
// The server draws every row; this takes over the rows of pages that it fetches. Without it the page works, too.

import { mindFolds } from "../elements/fold.js"
import { InboxRows } from "../elements/inbox-rows.js"
import { systemClock } from "../helpers/browser.js"
import { getText } from "../helpers/http.js"
import { readPage } from "../helpers/trusted.js"
import { Gathering } from "../models/gathering.js"

const AHEAD = "600px"
const UNDO_MS = 10_000

class NotificationCentre extends HTMLElement {
  #undoing = null

  connectedCallback() {
    this.list = new InboxRows(this.querySelector("#inbox"))
    this.changes = new Gathering({ clock: systemClock, load: ids => this.#refresh(ids) })
    this.addEventListener("submit", event => this.#submit(event))
    mindFolds()
    this.#watchEnd()
    this.#forgetDone()
  }

  /** These changed, here or elsewhere. */
  changed(ids) {
    this.changes.add(ids.map(String))
  }

  /** All that are shown may have changed. */
  changedAll() {
    this.changed(this.list.rows.map(({ dataset }) => dataset.id))
  }

  async #submit(event) {
    const { submitter, target: form } = event
    if (!submitter) return
    event.preventDefault()
    const body = new FormData(form, submitter)
    const [deed, id] = submitter.value.split(" ")
    submitter.closest("details")?.removeAttribute("open")
    submitter.disabled = true
    const done = await this.#post(body)
    submitter.disabled = false
    if (!done) return
    if (deed === "read-all") return this.changedAll()
    await this.#refresh([id])
    this.#offerUndo(submitter, deed, id)
  }

  /** A redirect is the server's yes. */
  async #post(body) {
    const answer = await fetch(location.href, { method: "POST", body, redirect: "manual" }).catch(() => null)
    if (answer?.type === "opaqueredirect") return true
    this.#say(answer ? "That did not work. Load the page again." : "There is no connection to the server.")
    return false
  }

  async #refresh(ids) {
    const page = await this.#fetch({ ids: ids.join(",") })
    if (!page) return
    this.list.refresh(ids, page)
    for (const part of [".centre-head .actions", ".tabs"]) this.#takeOver(page, part)
    if (!this.list.rows.length) this.#loadOlder()
  }

  #takeOver(page, selector) {
    const here = this.querySelector(selector)
    if (!here.contains(document.activeElement)) here.replaceWith(document.adoptNode(page.querySelector(selector)))
  }

  async #fetch(more) {
    const url = new URL(location.href)
    for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value)
    try {
      return readPage(await getText(url))
    } catch (error) {
      // Signed out, or the page is another one by now: the browser's own way shows it.
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

  #offerUndo(submitter, deed, id) {
    if (!/^(archive|snooze-)/.test(deed)) return
    const form = document.getElementById("undo").content.firstElementChild.cloneNode(true)
    const label = submitter.textContent.trim().toLowerCase()
    form.querySelector("p").textContent = deed === "archive" ? "Archived." : `Snoozed: ${label}.`
    form.querySelector("button").value = `restore ${id}`
    this.#show(form)
  }

  #say(words) {
    const form = document.getElementById("undo").content.firstElementChild.cloneNode(true)
    form.querySelector("p").textContent = words
    form.querySelector("button").remove()
    this.#show(form)
  }

  #show(form) {
    const bar = this.querySelector(".undo")
    bar.replaceChildren(form)
    clearTimeout(this.#undoing)
    this.#undoing = setTimeout(() => bar.matches(":focus-within, :hover") || form.remove(), UNDO_MS)
  }

  /** The address says what was just done; a reload shall not say it again. */
  #forgetDone() {
    const url = new URL(location.href)
    if (!url.searchParams.has("done")) return
    url.searchParams.delete("done")
    history.replaceState(history.state, "", url)
  }
}

customElements.define("notification-centre", NotificationCentre)
