import { HttpError } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"

/** A request fails if nothing was sent or received for so long. The status of an upload takes up to 20 s. */
const ANSWER_MS = 30_000

/** The error of a request. `retryAfter` is in seconds, or null. */
export class UploadError extends HttpError {
  constructor(code, message, status = 0, retryAfter = null) {
    super(code, message, status)
    this.retryAfter = retryAfter
  }

  get isFinal() {
    return this.status === 507 || (super.isFinal && ![401, 409, 423, 460].includes(this.status))
  }
}

/**
 * The requests of uploads: tus 1.0, as docs/files.md describes it. They are XMLHttpRequests, because fetch cannot tell
 * how much of a body has been sent.
 */
export class UploadApi {
  constructor(url) {
    this.url = url
  }

  /**
   * Begin an upload, or find the one of this id. Resolves with its offset. `user` is whom the file belongs to: the
   * server refuses it if somebody else has signed in meanwhile.
   */
  async create({ id, name, type, size, facts, user }, signal) {
    const metadata = { filename: name, filetype: type, key: id, facts: JSON.stringify(facts), user: String(user) }
    const headers = { "Upload-Length": size, "Upload-Metadata": encodeMetadata(metadata) }
    return offsetOf(await request("POST", this.url, { headers, signal }))
  }

  async offset(id, signal) {
    return offsetOf(await request("HEAD", this.url + id, { signal }))
  }

  /** Send bytes that belong at `offset`. Resolves with the new offset; `progress(count)` is called meanwhile. */
  async append(id, offset, bytes, { signal, progress }) {
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset }
    return offsetOf(await request("PATCH", this.url + id, { headers, body: bytes, signal, progress }))
  }

  /** Get {state, file, error}. The server answers as soon as the file is processed, and after 20 s at the latest. */
  async status(id, signal) {
    const { responseText } = await request("GET", this.url + id, { signal })
    return parse(responseText) ?? unexpected()
  }

  async remove(id) {
    await request("DELETE", this.url + id, {})
  }
}

function request(method, url, { headers = {}, body = null, signal, progress }) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const stop = () => xhr.abort()
    let timer = null
    const wait = () => {
      clearTimeout(timer)
      timer = setTimeout(stop, ANSWER_MS)
    }
    xhr.open(method, url)
    for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", ...headers }))
      xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = ({ loaded }) => {
      wait()
      progress?.(loaded)
    }
    xhr.onloadend = () => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", stop)
      if (!xhr.status) reject(new UploadError("offline", t("Can't reach the server.")))
      else if (xhr.status >= 400) reject(errorOf(xhr))
      else resolve(xhr)
    }
    signal?.addEventListener("abort", stop)
    wait()
    xhr.send(body)
  })
}

/** A response to HEAD has no body, and that of a proxy is not ours. */
function errorOf(xhr) {
  const { code = "unexpected", message = t("Something went wrong on the server.") } =
    parse(xhr.responseText)?.error ?? {}
  return new UploadError(code, message, xhr.status, Number(xhr.getResponseHeader("Retry-After")) || null)
}

function offsetOf(xhr) {
  const offset = xhr.getResponseHeader("Upload-Offset")
  return /^\d+$/.test(offset ?? "") ? Number(offset) : unexpected()
}

function unexpected() {
  throw new UploadError("unexpected", t("The server sent an unexpected response."))
}

function parse(json) {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function encodeMetadata(metadata) {
  return Object.entries(metadata)
    .map(([name, value]) => `${name} ${base64(value)}`)
    .join(",")
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
