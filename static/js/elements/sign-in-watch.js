import { tabChannel } from "../helpers/browser.js"
import { localData } from "../helpers/browser-data.js"
import { t } from "../helpers/i18n.js"
import { forgetWorker } from "../helpers/push-subscription.js"
import { probeSignIn } from "../helpers/sign-in.js"
import { askAboutUnsent } from "./sign-out-dialog.js"

/** Wait at most this long for a browser that does not respond. */
const FORGET_MS = 3_000
/** The other tabs wait this long for the one in which the user signs out. */
const LEAVING_MS = 10_000

/**
 * The guard of a page against other users: it leaves the page when its user signs out in any tab, when the session
 * ends, or when another user signs in. The user's stored data are removed, except unsent messages if the session ended
 * by itself.
 *
 * `app` is the chat, if this page is one. `showNotice(text)` shows a short notice.
 */
export class SignInWatch {
  #isEnding = false

  constructor({ person, signIn, app = null, showNotice }) {
    Object.assign(this, { person, signIn, app, showNotice })
  }

  async begin() {
    this.tabs = tabChannel("hubbub-sign-in")
    this.tabs.received = news => this.#handleTabMessage(news)
    document.addEventListener("submit", event => this.#submit(event))
    document.addEventListener("hubbub:signed-out", () => this.#sessionEnded())
    addEventListener("pageshow", ({ persisted }) => persisted && this.#cameBack())
    if (await localData.arrive(this.person)) this.tabs.send({ arrived: this.person })
  }

  #submit(event) {
    if (!event.target.matches("[data-sign-out]")) return
    event.preventDefault()
    this.#signOut(event.target)
  }

  async #signOut(form) {
    if (this.#isEnding) return
    this.#isEnding = true
    let isGone = false
    try {
      isGone = (await this.#mayGo()) && (await this.#end(form))
    } finally {
      this.#isEnding = isGone
    }
  }

  /** Ask before unsent messages are lost. */
  async #mayGo() {
    const unsent = await this.#unsent()
    if (!unsent.messages && !unsent.drafts) return true
    const answer = await askAboutUnsent(unsent, { sendLabel: this.app ? t("Send") : t("Open chat to send") })
    if (answer !== "send") return answer === "discard"
    if (!this.app) location.assign("/")
    else if (await this.app.outbox.sendAll()) return this.#mayGo()
    else this.showNotice(t("Some messages couldn't be sent. You're still signed in."))
    return false
  }

  async #unsent() {
    const stored = await localData.unsent(this.person)
    return this.app ? { ...stored, messages: this.app.outbox.unsent.length } : stored
  }

  /** Sign out on the server first: a user who is still signed in keeps everything. Resolves with whether it worked. */
  async #end(form) {
    this.tabs.send({ leaving: this.person })
    const body = new URLSearchParams(new FormData(form))
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null)
    if (!answer) {
      this.showNotice(t("Can't reach the server. You're still signed in."))
      return false
    }
    if ((await probeSignIn()) === "signed-out") {
      await this.#forget()
      this.tabs.send({ left: this.person })
      location.replace(this.signIn)
    } else {
      // If the server has more to say, it has a page for that.
      form.submit()
    }
    return true
  }

  async #forget() {
    const late = new Promise(resolve => setTimeout(resolve, FORGET_MS))
    await Promise.race([late, this.#clear().then(forgetWorker)])
  }

  /** Stop the app first: it would store again what is removed. */
  async #clear() {
    await this.app?.end()
    await localData.clear()
  }

  async #handleTabMessage({ leaving, left, arrived }) {
    if (leaving === this.person) this.#waitForLeaving()
    if (left === this.person) {
      document.documentElement.hidden = true
      await this.app?.end()
      location.replace(this.signIn)
    }
    if (arrived && arrived !== this.person) this.#reload()
  }

  /** Another user has signed in, whose tab removed this user's data: nothing may be stored again meanwhile. */
  #reload() {
    this.app?.end()
    location.reload()
  }

  /** The other tab handles the sign-out and removes the data. */
  #waitForLeaving() {
    this.#isEnding = true
    setTimeout(() => {
      this.#isEnding = false
    }, LEAVING_MS)
  }

  /**
   * The session ended by itself. Unsent messages are kept for the same user; if they cannot be stored, the page stays
   * open.
   */
  #sessionEnded() {
    if (this.#isEnding || this.#wouldLose()) return
    const next = location.pathname + location.search
    location.replace(`${this.signIn}?${new URLSearchParams({ next })}`)
  }

  #wouldLose() {
    if (this.app) return !this.app.outbox.isLasting && this.app.outbox.unsent.length > 0
    return [...document.querySelectorAll("input, textarea")].some(({ value, defaultValue }) => value !== defaultValue)
  }

  /** The page came back from the back/forward cache: check first who is signed in now. */
  async #cameBack() {
    document.documentElement.hidden = true
    if (localData.person !== this.person || (await probeSignIn()) === "signed-out") return location.reload()
    document.documentElement.hidden = false
  }
}
