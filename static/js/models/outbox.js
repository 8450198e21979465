import { reportBug } from "../helpers/bug-reports.js"
import { Emitter } from "../helpers/emitter.js"

const FIRST_PAUSE_MS = 1_000
const LAST_PAUSE_MS = 30_000
/** Who leaves waits no longer for what is on its way. */
const SEND_ALL_MS = 10_000
/** After these nobody knows whether the server has it. */
const MAYBE_STORED = ["disconnected", "timeout", "unavailable", "internal"]

/**
 * Messages on their way. They wait in the store until the server has them, go out one after the other in the order
 * they were written, and only one tab sends at a time (`lock`). The key makes a second try harmless. What the store can or
 * cannot do stops no message, and changes nothing of what the server acknowledged.
 *
 * An entry is {key, room, text, at, state, error}: `waiting` (with an `error` that is of its room alone), `failed` (retry or discard), or `sent`: acknowledged, kept
 * in memory until its event is there. `send(entry)` is message.post, `receivedSeq(room)` how far a room was heard; `channel`
 * tells the other tabs.
 */
export class Outbox extends Emitter {
  pausedUntil = null
  #entries = new Map()
  #draining = false
  #connected = false
  #pauses = 0
  /** Sent and not answered: the server may have them. */
  #tried = new Set()
  /** Rooms that take nothing for now, and how often they have said so: the messages for others go out. */
  #held = new Set()
  #holds = new Map()

  constructor({ store, send, receivedSeq, lock, channel, clock }) {
    super()
    Object.assign(this, { store, send, receivedSeq, lock, channel, clock })
    store.on(() => this.changed())
    store.reopened = () => this.#storeAgain()
    channel.received = news => this.#applyTabMessage(news)
  }

  async load() {
    for (const entry of await this.store.all()) if (!this.has(entry.key)) this.#show(entry)
    this.drain()
  }

  /** Whether what is unsent survives a reload. */
  get isLasting() {
    return this.store.isLasting
  }

  /** What the server does not have, or refused. */
  get unsent() {
    return [...this.#entries.values()].filter(({ state }) => state !== "sent")
  }

  entries(roomId) {
    return [...this.#entries.values()].filter(({ room }) => room === roomId).sort(byTime)
  }

  get(key) {
    return this.#entries.get(key) ?? null
  }

  has(key) {
    return this.#entries.has(key)
  }

  /** Whether it waits, will for a while, and the server surely does not have it: then it may be written anew. */
  isEditable(key) {
    const entry = this.#entries.get(key)
    if (entry?.state !== "waiting" || this.#tried.has(key)) return false
    return !this.#connected || this.pausedUntil !== null || this.#held.has(entry.room)
  }

  /** Write a message down; it is shown at once and goes out when its turn comes. */
  async add(entry) {
    const last = Math.max(0, ...[...this.#entries.values()].map(({ at }) => at))
    await this.#store({ ...entry, at: Math.max(entry.at, last + 1), state: "waiting", error: null })
    this.drain()
  }

  async retry(key) {
    const entry = this.#entries.get(key)
    if (entry?.state !== "failed") return
    await this.#store({ ...entry, state: "waiting", error: null })
    this.drain()
  }

  /** Try everything once more, also what failed. Resolves with whether nothing is left. */
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

  async discard(key) {
    this.#forget(key)
    await this.#drop(key)
  }

  /** The message's event is on the screen: the entry has done its work. */
  async arrived(key) {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#forget(key)
    if (entry.state !== "sent") await this.#drop(key)
  }

  /** The room was receivedSeq up to `seq`: what was acknowledged before that is in it, seen or not. */
  receivedUpTo(roomId, seq) {
    for (const entry of this.entries(roomId)) if (entry.state === "sent" && entry.seq <= seq) this.#forget(entry.key)
  }

  connected() {
    this.#connected = true
    this.drain()
  }

  disconnected() {
    this.#connected = false
  }

  /** Send what waits, while the line is up and nobody asked for a pause. */
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
    const waiting = ({ state, room }) => state === "waiting" && !this.#held.has(room)
    return [...this.#entries.values()].filter(waiting).sort(byTime)[0]
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

  /** The server has it. Nobody waits for the store: one that still has it sends it once more under its key. */
  #acknowledged(key, seq) {
    this.#markSent(key, seq)
    this.channel.tell({ sent: key, seq })
    this.store.delete(key)
  }

  #markSent(key, seq) {
    const entry = this.#entries.get(key)
    if (!entry) return
    if (this.receivedSeq(entry.room) >= seq) this.#forget(key)
    else this.#show({ ...entry, state: "sent", seq })
  }

  async #refused(entry, error) {
    if (!MAYBE_STORED.includes(error.code)) this.#tried.delete(entry.key)
    if (error.code === "disconnected") this.#connected = false
    else if (error.isOfRoom) this.#hold(entry, error)
    else if (error.retry) this.#pause(error)
    else await this.#store({ ...entry, state: "failed", error: { code: error.code, message: error.message } })
  }

  /** What only this room cannot take yet: its messages wait, in their order, and say why. */
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

  /** The server names the wait, or we double our own; the text stays where it is. */
  #pause({ code, message, retryAfter }) {
    const own = pauseAfter(this.#pauses)
    this.#pauses += 1
    const delay = retryAfter === null ? own : retryAfter * 1000
    this.#holdUntil(this.clock.now() + delay, { code, message })
    this.channel.tell({ pausedFor: delay, reason: this.pauseReason })
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
    this.channel.tell({ stored: entry })
    const stored = this.store.put(entry)
    // Stored first and sent then; where nothing is stored, waiting for it would only delay what is sent.
    if (this.isLasting) await stored
  }

  /** The database was opened anew, and may be an empty one. */
  #storeAgain() {
    for (const entry of this.unsent) this.store.put(entry)
  }

  async #drop(key) {
    this.channel.tell({ gone: key })
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
