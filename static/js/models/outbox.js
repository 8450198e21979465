import { reportBug } from "../helpers/bug-reports.js"
import { Emitter } from "../helpers/emitter.js"
import { filesOf, OutboxFiles } from "./outbox-files.js"

const FIRST_PAUSE_MS = 1_000
const LAST_PAUSE_MS = 30_000
/** Signing out waits at most this long for messages that are being sent. */
const SEND_ALL_MS = 10_000
/** After these errors the server may have stored the message. */
const MAYBE_STORED = ["disconnected", "timeout", "unavailable", "internal"]

/**
 * The outbox: messages that are not acknowledged yet. They wait in the store, are sent one after the other in the order
 * they were written, and only one tab sends at a time (`lock`). The key makes a second attempt harmless. Failures of
 * the store stop no message, and change nothing of what the server acknowledged.
 *
 * An entry is {key, room, text, files, at, state, error}. Its state is `waiting` (with an `error` that concerns only its
 * room), `failed` (the user can retry or discard), or `sent`: acknowledged, and kept in memory until its event arrives.
 * `send(entry)` is message.post, `receivedSeq(room)` the cursor of a room; `channel` reaches the other tabs.
 *
 * `files` are [{key, description}] of `uploads`. A message waits until they are ready, and delays no other one: its
 * position is that of its post. It fails with one of its files, and waits again when that is retried.
 */
export class Outbox extends Emitter {
  pausedUntil = null
  #entries = new Map()
  #draining = false
  #connected = false
  #pauses = 0
  /** Keys that were sent without a reply: the server may have them. */
  #tried = new Set()
  /** Rooms that accept no messages for now, and how often they refused. Messages for other rooms are sent. */
  #held = new Set()
  #holds = new Map()

  constructor({ store, uploads, send, receivedSeq, lock, channel, clock }) {
    super()
    Object.assign(this, { store, send, receivedSeq, lock, channel, clock })
    this.files = new OutboxFiles(uploads)
    store.on(() => this.changed())
    uploads.on(() => this.#uploadsChanged())
    store.reopened = () => this.#storeAgain()
    channel.received = news => this.#applyTabMessage(news)
  }

  async load() {
    for (const entry of await this.store.all()) if (!this.has(entry.key)) this.#show(entry)
    this.drain()
  }

  /** Whether unsent messages survive a reload. */
  get isLasting() {
    return this.store.isLasting && this.files.areLasting
  }

  /** The entries that the server does not have, or refused. */
  get unsent() {
    return this.#unsent.map(entry => this.files.withFailure(entry))
  }

  entries(roomId) {
    const entries = [...this.#entries.values()].filter(({ room }) => room === roomId)
    return entries.map(entry => this.files.withFailure(entry)).sort(byTime)
  }

  get(key) {
    return this.has(key) ? this.files.withFailure(this.#entries.get(key)) : null
  }

  /** Whether a message has the upload of this key. */
  hasFile(key) {
    return [...this.#entries.values()].some(entry => filesOf(entry).some(file => file.key === key))
  }

  has(key) {
    return this.#entries.has(key)
  }

  /** Whether a message can be edited: it waits for a while, and the server certainly does not have it. */
  isEditable(key) {
    const entry = this.#entries.get(key)
    if (entry?.state !== "waiting" || this.#tried.has(key)) return false
    return !this.#connected || this.pausedUntil !== null || this.#held.has(entry.room) || !this.files.areReady(entry)
  }

  /** Add a message; it is shown at once and sent in turn. */
  async add(entry) {
    const last = Math.max(0, ...[...this.#entries.values()].map(({ at }) => at))
    await this.#store({ ...entry, at: Math.max(entry.at, last + 1), state: "waiting", error: null })
    this.drain()
  }

  async retry(key) {
    if (this.get(key)?.state !== "failed") return
    const entry = this.#entries.get(key)
    this.files.retry(entry)
    await this.#store({ ...entry, state: "waiting", error: null })
    this.drain()
  }

  /** Send everything again, including failed messages. Resolves with whether nothing is left. */
  async sendAll() {
    await Promise.all(this.unsent.map(({ key }) => this.retry(key)))
    return new Promise(resolve => {
      const look = () => {
        if (this.unsent.every(({ state }) => state === "failed")) finish()
      }
      const finish = () => {
        this.clock.clearTimeout(timer)
        end()
        resolve(!this.unsent.length)
      }
      const end = this.on(look)
      const timer = this.clock.setTimeout(finish, SEND_ALL_MS)
      look()
    })
  }

  /** Discard a message and its files, unless the composer takes these. */
  async discard(key, { keepsFiles = false } = {}) {
    const entry = this.#entries.get(key)
    this.#forget(key)
    await Promise.all([this.#drop(key), keepsFiles || this.files.cancel(entry)])
  }

  /** Remove an entry: its event has arrived. */
  async arrived(key) {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#finish(entry)
    if (entry.state !== "sent") await this.#drop(key)
  }

  /** Remove the acknowledged entries up to `seq`: the room's events were received that far. */
  receivedUpTo(roomId, seq) {
    for (const entry of this.entries(roomId)) if (entry.state === "sent" && entry.seq <= seq) this.#finish(entry)
  }

  connected() {
    this.#connected = true
    this.drain()
  }

  disconnected() {
    this.#connected = false
  }

  /** Send the waiting messages, unless disconnected or paused. */
  async drain() {
    if (this.#draining || !this.#connected || this.pausedUntil || !this.#next()) return
    this.#draining = true
    try {
      await this.lock(async () => {
        while (this.#connected && !this.pausedUntil && this.#next()) await this.#sendNext()
      })
    } finally {
      this.#draining = false
    }
    if (this.#connected && !this.pausedUntil && this.#next()) this.drain()
  }

  #next() {
    const mayGo = entry => entry.state === "waiting" && !this.#held.has(entry.room) && this.files.areReady(entry)
    return [...this.#entries.values()].filter(mayGo).sort(byTime)[0]
  }

  #uploadsChanged() {
    if (!this.#unsent.some(entry => filesOf(entry).length)) return
    this.changed()
    this.drain()
  }

  get #unsent() {
    return [...this.#entries.values()].filter(({ state }) => state !== "sent")
  }

  async #sendNext() {
    const entry = this.#next()
    let answer
    this.#tried.add(entry.key)
    try {
      answer = await this.send(entry)
    } catch (error) {
      reportBug(error)
      return this.#refused(entry, error)
    }
    this.#pauses = 0
    this.#holds.delete(entry.room)
    this.#acknowledged(entry.key, answer.seq)
  }

  /** The server has the message. There is no need to wait for the store: a leftover is sent again with the same key. */
  #acknowledged(key, seq) {
    this.#markSent(key, seq)
    this.channel.send({ sent: key, seq })
    this.store.delete(key)
  }

  #markSent(key, seq) {
    const entry = this.#entries.get(key)
    if (!entry) return
    if (this.receivedSeq(entry.room) >= seq) this.#finish(entry)
    else this.#show({ ...entry, state: "sent", seq })
  }

  async #refused(entry, error) {
    if (!MAYBE_STORED.includes(error.code)) this.#tried.delete(entry.key)
    if (error.code === "disconnected") this.#connected = false
    else if (error.isOfRoom) this.#hold(entry, error)
    else if (error.retry) this.#pause(error)
    else await this.#store({ ...entry, state: "failed", error: { code: error.code, message: error.message } })
  }

  /** Hold the messages of one room, in their order and with the reason: only this room cannot accept them yet. */
  #hold(entry, { code, message }) {
    const { key, room } = entry
    const holds = this.#holds.get(room) ?? 0
    this.#holds.set(room, holds + 1)
    this.#held.add(room)
    this.clock.setTimeout(() => this.#release(room), pauseAfter(holds))
    if (this.has(key)) this.#show({ ...entry, error: { code, message } })
  }

  #release(room) {
    this.#held.delete(room)
    this.drain()
  }

  /** Pause for as long as the server says, or with a doubling delay. The messages stay. */
  #pause({ code, message, retryAfter }) {
    const own = pauseAfter(this.#pauses)
    this.#pauses += 1
    const delay = retryAfter === null ? own : retryAfter * 1000
    this.#holdUntil(this.clock.now() + delay, { code, message })
    this.channel.send({ pausedFor: delay, reason: this.pauseReason })
  }

  #holdUntil(until, reason) {
    this.pausedUntil = until
    this.pauseReason = reason
    this.clock.setTimeout(() => this.#resume(), until - this.clock.now())
    this.changed()
  }

  #resume() {
    if (this.clock.now() < this.pausedUntil) return
    this.pausedUntil = null
    this.changed()
    this.drain()
  }

  async #store(entry) {
    this.#show(entry)
    this.channel.send({ stored: entry })
    const stored = this.store.put(entry)
    // Messages are stored before they are sent. Without a working store, waiting would only delay them.
    if (this.store.isLasting) await stored
  }

  /** Store the unsent messages again: the database was reopened and may be empty. */
  #storeAgain() {
    for (const entry of this.#unsent) this.store.put(entry)
  }

  async #drop(key) {
    this.channel.send({ gone: key })
    await this.store.delete(key)
  }

  #applyTabMessage({ stored, sent, seq, gone, pausedFor, reason }) {
    if (stored) this.#show(stored)
    if (sent) this.#markSent(sent, seq)
    if (gone) this.#forget(gone)
    if (pausedFor) this.#holdUntil(this.clock.now() + pausedFor, reason)
  }

  #show(entry) {
    this.#entries.set(entry.key, entry)
    this.changed()
  }

  /** The room has the message, and the server its files. */
  #finish(entry) {
    this.#forget(entry.key)
    this.files.release(entry)
  }

  #forget(key) {
    this.#tried.delete(key)
    if (this.#entries.delete(key)) this.changed()
  }
}

function pauseAfter(pauses) {
  return Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** pauses)
}

function byTime(one, other) {
  return one.at - other.at
}
