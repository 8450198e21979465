import { t } from "./i18n.js"

/** Without a timeout a lost request would take minutes to fail. */
const ANSWER_MS = 20_000

/** The error of a request, with a message for users. `code` is the server's, or "offline" or "signed_out". */
export class HttpError extends Error {
  constructor(code, message, status = 0) {
    super(message)
    this.code = code
    this.status = status
  }

  /** Whether another attempt would fail the same way. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429
  }
}

export function getJson(url, options = {}) {
  const signal = AbortSignal.timeout(ANSWER_MS)
  return ask(url, { signal, ...options, headers: { Accept: "application/json" } })
}

export function postJson(url, body, options = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() }
  return ask(url, { ...options, method: "POST", headers, body: JSON.stringify(body) })
}

export async function getText(url) {
  const response = await getPage(url)
  if (response.redirected) throw new HttpError("unexpected", t("The server sent an unexpected response."))
  return response.text()
}

/** Fetch a page, or the one that the server redirects to. */
export async function getPage(url) {
  const response = await reach(url, { signal: AbortSignal.timeout(ANSWER_MS) })
  if (!response.ok) throw new HttpError("unexpected", t("The server sent an unexpected response."), response.status)
  return response
}

export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1]
  // A site without the cookie puts the token on the bell.
  return cookie ?? document.querySelector("[data-csrf]")?.dataset.csrf ?? ""
}

/** Fill the ids into a URL template like "/rooms/{room}/". */
export function fill(url, ids) {
  return url.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name]))
}

async function ask(url, options) {
  const response = await reach(url, options)
  const body = await response.json().catch(() => null)
  if (response.ok && body) return body
  if (response.status === 401) throw new HttpError("signed_out", t("You're signed out."), 401)
  const { code = "unexpected", message = t("Something went wrong on the server.") } = body?.error ?? {}
  throw new HttpError(code, message, response.status)
}

async function reach(url, options) {
  try {
    return await fetch(url, { credentials: "same-origin", ...options })
  } catch (error) {
    if (error.name === "AbortError") throw error
    throw new HttpError("offline", t("Can't reach the server."))
  }
}
