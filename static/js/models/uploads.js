import { newKey } from "../helpers/browser.js"
import { Emitter } from "../helpers/emitter.js"
import { t } from "../helpers/i18n.js"

const PROGRESS_MS = 200
/** The server deletes files that are in no message after a day. */
const CERTAIN_MS = 20 * 3_600_000
const UNUSED_MS = 24 * 3_600_000
const AT_WORK = ["waiting", "uploading", "processing"]
const ON_SERVER = ["uploading", "processing", "ready"]

/**
 * The files that this browser uploads: their bytes wait in the store, so that they continue after a reload, and one tab
 * at a time sends a file (`lock`). `channel` reaches the other tabs. `loadEngine()` resolves with upload-engine.js, which
 * few pages need.
 *
 * An upload is {key, name, type, size, facts, state, sent, error, file}. `state` is `waiting` (with an `error` that
 * passes), `uploading`, `paused`, `processing`, `ready` (the server's `file` is there), or `failed` (`error` says why;
 * the user can retry). `sent` is in bytes. Each change emits the upload's key.
 */
export class Uploads extends Emitter {
  /** Whether the uploads of earlier pages are here. */
  isLoaded = false
  #items = new Map()
  #moved = new Set()
  #engine = null

  constructor({ me, url, store, loadEngine, lock, channel, clock }) {
    super()
    Object.assign(this, { me, url, store, loadEngine, lock, channel, clock })
    store.reopened = () => this.#storeAgain()
    channel.received = news => this.#applyTabMessage(news)
  }

  /**
   * Continue the uploads of earlier pages. Old ones that nothing refers to are forgotten: a message that was sent as its
   * page closed leaves some.
   */
  async load(isUsed = () => true) {
    const rows = await this.store.all()
    const contents = new Map(rows.filter(({ bytes }) => bytes).map(({ key, bytes }) => [key, bytes]))
    for (const { key, upload, ...row } of rows) {
      if (!upload || this.#items.has(key)) continue
      if (this.clock.now() - row.at > UNUSED_MS && !isUsed(key)) {
        this.#deleteStored(key)
        continue
      }
      const item = this.#addItem({ ...row, upload: Object.freeze(upload), bytes: contents.get(bytesKey(key)) })
      if (upload.state === "ready" && this.clock.now() - item.at > CERTAIN_MS) this.#change(item, { state: "waiting" })
      this.#begin(item)
    }
    this.isLoaded = true
    this.channel.send({ isAsking: true })
    this.changed()
  }

  /** Whether unfinished uploads survive a reload. */
  get isLasting() {
    return [...this.#items.values()].every(({ isStored }) => isStored)
  }

  get(key) {
    return this.#items.get(key)?.upload ?? null
  }

  /** Begin to upload a file. `facts` are those of docs/files.md. Returns the upload's key. */
  add(file, facts = {}) {
    const { name, type, size } = file
    const key = newKey()
    const upload = { key, name, type, size, facts, state: "waiting", sent: 0, error: null, file: null }
    const item = this.#addItem({ id: key, at: this.clock.now(), upload: Object.freeze(upload), bytes: file })
    this.#store(item, { isNew: true })
    this.#publish(item)
    this.#begin(item)
    return key
  }

  pause(key) {
    const item = this.#items.get(key)
    if (!["waiting", "uploading"].includes(item?.upload.state)) return
    this.#change(item, { state: "paused", error: null })
    item.job?.abort()
  }

  resume(key) {
    if (this.get(key)?.state === "paused") this.#beginAgain(key)
  }

  /** Try a failed upload again, or make sure that the server still has one that was ready. */
  retry(key) {
    if (["failed", "ready"].includes(this.get(key)?.state)) this.#beginAgain(key)
  }

  /** Give a file up, here and on the server. */
  async cancel(key) {
    const item = this.#items.get(key)
    if (!item) return
    this.channel.send({ gone: key })
    await Promise.all([this.release(key), item.isBegun && this.#removeOnServer(item.id)])
  }

  /** Forget an upload: its message has arrived. */
  async release(key) {
    const item = this.#items.get(key)
    if (!item) return
    this.#forget(item)
    await this.#deleteStored(key)
  }

  /** The content of a file, or null. */
  async preview(key) {
    const item = this.#items.get(key)
    return item ? (item.bytes ?? this.#storedBytes(key)) : null
  }

  /** The network is back. */
  connected() {
    for (const item of this.#items.values()) {
      if (item.run) item.run.hurry()
      else if (!item.job) this.#begin(item)
    }
  }

  /** Stop sending and storing: the user signed out. */
  async end() {
    this.channel.received = () => {}
    for (const { job } of this.#items.values()) job?.abort()
    this.#items.clear()
    await this.store.close()
  }

  /** `id` is that of the file on the server, `at` when it was added; `isBegun`: the server may have it. */
  #addItem({ id, at, isBegun = false, upload, bytes }) {
    const item = { id, at, isBegun, upload, bytes, isStored: true, job: null, run: null }
    this.#items.set(upload.key, item)
    return item
  }

  #beginAgain(key) {
    const item = this.#items.get(key)
    this.#change(item, { state: "waiting", error: null })
    this.#begin(item)
  }

  /** A tab that waits for the lock continues when the one that has it is closed. */
  async #begin(item) {
    if (!AT_WORK.includes(item.upload.state)) return
    item.job?.abort()
    const job = new AbortController()
    item.job = job
    await this.lock(item.upload.key, () => this.#run(item, job.signal))
    if (item.job === job) item.job = null
  }

  async #run(item, signal) {
    if (signal.aborted || !AT_WORK.includes(item.upload.state)) return
    const engine = await this.#tryToLoad(item)
    if (signal.aborted || !engine) return
    const run = this.#makeRun(engine, item, signal)
    item.run = run
    await run.run()
    if (item.run === run) item.run = null
  }

  /** Offline there may be none: then the upload begins when the connection is back. */
  async #tryToLoad(item) {
    try {
      return await this.#loadEngine()
    } catch {
      this.#change(item, { error: { code: "offline", message: t("Can't reach the server.") } })
      return null
    }
  }

  async #loadEngine() {
    const { makeUploadEngine } = await this.loadEngine()
    this.#engine ??= makeUploadEngine({ url: this.url, clock: this.clock })
    return this.#engine
  }

  #makeRun(engine, item, signal) {
    const { name, type, size, facts } = item.upload
    return engine.makeRun({
      id: item.id,
      source: { name, type, size, facts, user: this.me.id },
      read: (from, to) => this.#read(item, from, to),
      renew: () => this.#renew(item),
      report: change => signal.aborted || this.#change(item, change),
      signal,
    })
  }

  /** Null if it cannot be read. The file on the user's disk may have changed or gone: the store has a copy. */
  async #read(item, from, to) {
    for (const find of [() => item.bytes, () => this.#storedBytes(item.upload.key)]) {
      try {
        return await (await find()).slice(from, to).arrayBuffer()
      } catch {
        // The next one, then.
      }
    }
    return null
  }

  /** If it fails, the server removes the file after a day. */
  async #removeOnServer(id) {
    try {
      await (await this.#loadEngine()).remove(id)
    } catch {
      // Offline, or there is none.
    }
  }

  #renew(item) {
    item.id = newKey()
    item.isBegun = false
    this.#change(item, { state: "waiting", sent: 0, file: null })
    return item.id
  }

  #change(item, change) {
    const { state, error } = item.upload
    item.upload = Object.freeze({ ...item.upload, ...change })
    if (ON_SERVER.includes(item.upload.state)) item.isBegun = true
    if (this.#items.get(item.upload.key) !== item) return
    if (item.upload.state === state && item.upload.error === error) return this.#publishSoon(item)
    this.#store(item)
    this.#publish(item)
  }

  #publish(item) {
    this.#send(item)
    this.changed(item.upload.key)
  }

  #send({ id, at, isBegun, upload }) {
    this.channel.send({ id, at, isBegun, upload })
  }

  /** Progress is shown a few times a second. */
  #publishSoon(item) {
    if (!this.#moved.size) this.clock.setTimeout(() => this.#publishMoved(), PROGRESS_MS)
    this.#moved.add(item)
  }

  #publishMoved() {
    const moved = [...this.#moved]
    this.#moved.clear()
    for (const item of moved) if (this.#items.get(item.upload.key) === item) this.#publish(item)
  }

  async #store(item, { isNew = false } = {}) {
    const { id, at, isBegun, upload, bytes } = item
    const state = AT_WORK.includes(upload.state) ? "waiting" : upload.state
    const row = { key: upload.key, id, at, isBegun, upload: { ...upload, state } }
    if (isNew) item.isStored = await this.store.put({ key: bytesKey(upload.key), bytes })
    if (this.#items.get(upload.key) !== item) return this.#deleteStored(upload.key)
    if (item.isStored) await this.store.put(row)
    if (isNew && !item.isStored) this.changed(upload.key)
  }

  /** The database was opened again and may be empty. */
  #storeAgain() {
    for (const item of this.#items.values()) this.#store(item, { isNew: Boolean(item.bytes) })
  }

  async #storedBytes(key) {
    return (await this.store.get(bytesKey(key)))?.bytes ?? null
  }

  #deleteStored(key) {
    return Promise.all([this.store.delete(key), this.store.delete(bytesKey(key))])
  }

  #forget(item) {
    item.job?.abort()
    this.#items.delete(item.upload.key)
    this.changed(item.upload.key)
  }

  #applyTabMessage({ isAsking, gone, upload, ...row }) {
    if (isAsking) for (const item of this.#items.values()) this.#send(item)
    if (gone && this.#items.has(gone)) this.#forget(this.#items.get(gone))
    if (upload) this.#takeFromTab({ ...row, upload: Object.freeze(upload) })
  }

  /** What this tab is sending, it knows best. */
  #takeFromTab({ id, at, isBegun, upload }) {
    const known = this.#items.get(upload.key)
    const isAtWork = AT_WORK.includes(upload.state)
    if (known?.run && isAtWork) return
    if (known) Object.assign(known, { id, isBegun, upload })
    const item = known ?? this.#addItem({ id, at, isBegun, upload, bytes: null })
    if (!isAtWork) item.job?.abort()
    else if (!item.job || item.job.signal.aborted) this.#begin(item)
    this.changed(upload.key)
  }
}

function bytesKey(key) {
  return `${key}.bytes`
}
