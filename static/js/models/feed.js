import { Emitter } from "../helpers/emitter.js"

/** So many rooms that start over at once are fetched together: the whole page's state in one answer. */
const TOGETHER = 3
/** What of my own topic is the bell's. */
const RUNG = new Set(["notification", "inbox", "quiet"])

/** Leads what the client hears to those whom it concerns. */
export class Feed {
  #resets = new Set()
  #fetching = null
  #messages = new Emitter()

  constructor({ client, me, rooms, desk, people, presence, typing, outbox, bell, streams, fetchAll, left }) {
    Object.assign(this, { client, me, rooms, desk, people, presence, typing, outbox, bell, streams, fetchAll, left })
  }

  /** Hear my own topic and all my rooms, each from where the page's state stands. */
  begin({ person, rooms, streams }) {
    this.mine = person.topic
    this.client.listen(person.topic, person.seq, {
      event: event => this.#hearMine(event),
      reset: () => this.#reset(person.topic),
      refused: () => this.client.retries.run("everything", () => this.startOver()),
    })
    // Where there are more rooms than a connection may hear, those are heard that something happens in.
    for (const { id, seq } of byNeed(rooms, this.desk.current.id)) this.#listen(id, seq)
    this.streams.take(streams)
  }

  /** Hear a room that the connection had no place for, in place of the one that was quiet longest. */
  async makeLive(id) {
    const room = this.rooms.get(id)
    if (!room || room.isLive) return
    const quietest = byNeed(this.rooms.all, this.desk.current.id).findLast(other => other.isLive && other.id !== id)
    if (quietest) await this.#pause(quietest.id)
    if (this.rooms.get(id) === room && !room.isLive) this.#listen(id, room.resumeAt ?? room.seq)
  }

  /** Hear a room no longer, as there are too many; what it had heard last is where it goes on. */
  #pause(id) {
    this.rooms.setLive(id, false, this.heard(id))
    return this.client.forget(`room.${id}`)
  }

  /** Hear of every message that was just posted, in any room of mine. */
  onMessage(listener) {
    return this.#messages.on(listener)
  }

  heard(roomId) {
    return this.client.subscriptions.cursor(`room.${roomId}`) ?? 0
  }

  /** Fetch everything anew. Resolves with where each topic's state stands. */
  async startOver() {
    const boot = await this.fetchAll()
    if (!boot) return this.#leaveAll()
    const { person, open } = boot
    this.bell.startOver(boot.bell.panel)
    this.streams.take(boot.streams)
    for (const id of this.rooms.startOver(boot.rooms)) this.#leave(id)
    for (const { id, seq } of boot.rooms) {
      if (!this.#hears(id)) this.#listen(id, seq)
      this.desk.startOver(id, id === open.room.id ? open : null)
      this.outbox.heardUpTo(id, seq)
    }
    return new Map([[person.topic, person.seq], ...boot.rooms.map(({ id, seq }) => [`room.${id}`, seq])])
  }

  /** Fetch one room's entry (and its page, if it is open), again and again until the server has said something. */
  refresh(id) {
    return this.client.retries.run(`entry of ${id}`, async isCurrent => {
      const state = await this.desk.api.state(id).catch(nullIfFinal)
      if (!state || !isCurrent()) return
      this.#takeEntry(state.room)
      this.desk.get(id)?.take(state)
    })
  }

  #hearMine(event) {
    if (event.type === "room") this.#takeEntry(event.data)
    else if (event.type === "subscription") this.streams.refresh()
    else if (RUNG.has(event.type)) this.bell.hear(event)
  }

  #takeEntry(entry) {
    const before = this.#standing(entry.id)
    const news = this.rooms.take(entry)
    for (const person of entry.people ?? []) this.people.learn(person)
    if (news === "joined") this.#listen(entry.id, entry.seq)
    if (news === "left") this.#leave(entry.id)
    if (!news) this.#checkStanding(entry.id, before)
  }

  #checkStanding(id, before) {
    if (before !== this.#standing(id) && this.desk.get(id)) this.refresh(id)
  }

  /** What decides what I may do in a room. An old entry that comes late does not change it. */
  #standing(id) {
    const { role, archived } = this.rooms.get(id) ?? {}
    return `${role} ${archived}`
  }

  #hears(id) {
    return this.client.subscriptions.has(`room.${id}`)
  }

  #listen(id, after) {
    this.rooms.setLive(id, true)
    this.client.listen(`room.${id}`, after, {
      canWait: true,
      event: event => this.#hear(id, event),
      reset: () => this.#reset(`room.${id}`),
      refused: error => this.#refused(id, after, error),
    })
  }

  /** Only where it is not mine any more does a room go away: one too many is shown, and not live. */
  #refused(id, after, { code }) {
    if (code !== "not_found") this.rooms.setLive(id, false, after)
    else if (this.rooms.remove(id)) this.#leave(id)
  }

  #leaveAll() {
    for (const id of this.rooms.startOver([])) this.#leave(id)
    return new Map()
  }

  #leave(id) {
    this.client.retries.cancel(`entry of ${id}`)
    this.client.forget(`room.${id}`)
    this.presence.forget(id)
    this.desk.forget(id)
    this.left(id)
  }

  #hear(id, event) {
    const { type, data, seq } = event
    if (type === "presence") return this.presence.hear(id, data)
    if (type === "typing") return data.user === this.me.id || this.typing.hear(id, data)
    if (type === "message") this.#hearMessage(id, data)
    if (type === "member") this.#hearMember(id, data)
    const before = this.#standing(id)
    if (this.rooms.hear(id, event) === "ask") this.refresh(id)
    else this.#checkStanding(id, before)
    this.outbox.heardUpTo(id, seq)
  }

  #hearMessage(id, message) {
    this.people.learn(message.author)
    this.typing.stopped(id, message.author.id)
    const room = this.desk.get(id)
    const isNew = message.posted_seq === message.seq
    if (isNew && room === this.desk.current && message.author.id !== this.me.id) this.#markNew(room, message)
    room?.history.hear(message)
    if (room && room !== this.desk.current) room.history.trimBefore()
    if (isNew) this.#messages.changed(message)
    if (message.key && message.author.id === this.me.id) this.outbox.arrived(message.key)
  }

  #markNew(room, message) {
    if (!this.desk.watching && message.kind === "text") room.markNew(message.posted_seq - 1, 0)
  }

  #hearMember(id, member) {
    this.people.learn(member.user)
    this.desk.get(id)?.members.hear(member)
  }

  /**
   * What was reset in one reply (all of it, when the server has another history), and what failed before, is fetched
   * together. Resolves with where this topic's state stands.
   */
  async #reset(topic) {
    if (!this.#resets.size) this.#fetching = Promise.resolve().then(() => this.#fetchStates())
    this.#resets.add(topic)
    const seqs = await this.#fetching
    return seqs.get(topic)
  }

  async #fetchStates() {
    const topics = [...this.#resets]
    this.#resets.clear()
    if (topics.length > TOGETHER || topics.includes(this.mine)) return this.startOver()
    return new Map(await Promise.all(topics.map(async topic => [topic, await this.#startRoomOver(roomOf(topic))])))
  }

  async #startRoomOver(id) {
    const state = await this.desk.api.state(id).catch(nullIfFinal)
    if (!state) return this.rooms.remove(id) && this.#leave(id)
    const { room, seq } = state
    this.rooms.startOne(room)
    for (const person of room.people ?? []) this.people.learn(person)
    this.desk.startOver(id, state)
    this.outbox.heardUpTo(id, seq)
    return seq
  }
}

/** The open room, then what happened last; entries and rooms of the sidebar alike. */
function byNeed(rooms, openId) {
  const lastPost = room => room.lastPostedAt ?? room.last_posted_at ?? ""
  const isOpen = ({ id }) => Number(id === openId)
  return [...rooms].sort((one, other) => isOpen(other) - isOpen(one) || lastPost(other).localeCompare(lastPost(one)))
}

function roomOf(topic) {
  return Number(topic.split(".")[1])
}

/** What is refused for good is refused; after anything else it is worth another try. */
function nullIfFinal(error) {
  if (error.isFinal) return null
  throw error
}
