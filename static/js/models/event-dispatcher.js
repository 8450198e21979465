import { Emitter } from "../helpers/emitter.js"

/** If more rooms than this reset at once, the whole page's state is fetched in one request. */
const MOST_ROOMS_APART = 3
/** The events of the user's topic that belong to the bell. */
const BELL_EVENTS = new Set(["notification", "inbox", "quiet"])

/** The dispatcher of events: it subscribes to the user's topics and passes each event to the models. */
export class EventDispatcher {
  #resets = new Set()
  #fetching = null
  #messages = new Emitter()
  #messageChanges = new Emitter()

  constructor({ client, me, rooms, openRooms, people, presence, typing, outbox, bell, streams, fetchAll, left }) {
    Object.assign(this, {
      client,
      me,
      rooms,
      openRooms,
      people,
      presence,
      typing,
      outbox,
      bell,
      streams,
      fetchAll,
      left,
    })
  }

  /** Subscribe to the user's topic and all rooms, each from the seq of the page's state. */
  begin({ person, rooms, streams }) {
    this.mine = person.topic
    this.client.subscribe(person.topic, person.seq, {
      event: event => this.#applyMine(event),
      reset: () => this.#resetTopic(person.topic),
      refused: () => this.client.retries.run("everything", () => this.reset()),
    })
    // If there are more rooms than a connection may subscribe to, the most recently active ones come first.
    for (const { id, seq } of byNeed(rooms, this.openRooms.current.id)) this.#subscribe(id, seq)
    this.streams.take(streams)
  }

  /** Subscribe to a room that exceeded the connection's limit, in place of the one that was quiet longest. */
  async makeLive(id) {
    const room = this.rooms.get(id)
    if (!room || room.isLive) return
    const quietest = byNeed(this.rooms.all, this.openRooms.current.id).findLast(
      other => other.isLive && other.id !== id,
    )
    if (quietest) await this.#pause(quietest.id)
    if (this.rooms.get(id) === room && !room.isLive) this.#subscribe(id, room.resumeAt ?? room.seq)
  }

  /** Unsubscribe from a room because there are too many; it can resume from its cursor. */
  #pause(id) {
    this.rooms.setLive(id, false, this.receivedSeq(id))
    return this.client.unsubscribe(`room.${id}`)
  }

  /** Call a listener for every newly posted message, in any room. */
  onMessage(listener) {
    return this.#messages.on(listener)
  }

  /** Call a listener for every message that was edited, deleted, or got previews, in any room. */
  onMessageChange(listener) {
    return this.#messageChanges.on(listener)
  }

  receivedSeq(roomId) {
    return this.client.subscriptions.cursor(`room.${roomId}`) ?? 0
  }

  /** Fetch everything again. Resolves with the seq of each topic's state. */
  async reset() {
    const initialData = await this.fetchAll()
    if (!initialData) return this.#leaveAll()
    const { person, open } = initialData
    this.bell.reset(initialData.bell.panel)
    this.streams.take(initialData.streams)
    for (const id of this.rooms.reset(initialData.rooms)) this.#leave(id)
    for (const { id, seq } of initialData.rooms) {
      if (!this.#isSubscribed(id)) this.#subscribe(id, seq)
      this.openRooms.reset(id, id === open.room.id ? open : null)
      this.outbox.receivedUpTo(id, seq)
    }
    return new Map([[person.topic, person.seq], ...initialData.rooms.map(({ id, seq }) => [`room.${id}`, seq])])
  }

  /** Fetch one room's sidebar entry (and its state, if it is open), with retries until the server responds. */
  refresh(id) {
    return this.client.retries.run(`entry of ${id}`, async isCurrent => {
      const state = await this.openRooms.api.state(id).catch(nullIfFinal)
      if (!state || !isCurrent()) return
      this.#takeEntry(state.room)
      this.openRooms.get(id)?.take(state)
    })
  }

  #applyMine(event) {
    if (event.type === "room") this.#takeEntry(event.data)
    else if (event.type === "subscription") this.streams.refresh()
    else if (BELL_EVENTS.has(event.type)) this.bell.apply(event)
  }

  #takeEntry(entry) {
    const before = this.#rightsKey(entry.id)
    const news = this.rooms.take(entry)
    for (const person of entry.people ?? []) this.people.learn(person)
    if (news === "joined") this.#subscribe(entry.id, entry.seq)
    if (news === "left") this.#leave(entry.id)
    if (!news) this.#checkRights(entry.id, before)
  }

  #checkRights(id, before) {
    if (before !== this.#rightsKey(id) && this.openRooms.get(id)) this.refresh(id)
  }

  /** What the user's rights in a room depend on. An outdated entry that arrives late does not change it. */
  #rightsKey(id) {
    const { role, archived } = this.rooms.get(id) ?? {}
    return `${role} ${archived}`
  }

  #isSubscribed(id) {
    return this.client.subscriptions.has(`room.${id}`)
  }

  #subscribe(id, after) {
    this.rooms.setLive(id, true)
    this.client.subscribe(`room.${id}`, after, {
      canWait: true,
      event: event => this.#apply(id, event),
      reset: () => this.#resetTopic(`room.${id}`),
      refused: error => this.#refused(id, after, error),
    })
  }

  /** A room disappears only if the user is no longer a member: one beyond the limit stays, but is not live. */
  #refused(id, after, { code }) {
    if (code !== "not_found") this.rooms.setLive(id, false, after)
    else if (this.rooms.remove(id)) this.#leave(id)
  }

  #leaveAll() {
    for (const id of this.rooms.reset([])) this.#leave(id)
    return new Map()
  }

  #leave(id) {
    this.client.retries.cancel(`entry of ${id}`)
    this.client.unsubscribe(`room.${id}`)
    this.presence.forget(id)
    this.openRooms.forget(id)
    this.left(id)
  }

  #apply(id, event) {
    const { type, data, seq } = event
    if (type === "presence") return this.presence.apply(id, data)
    if (type === "typing") return data.user === this.me.id || this.typing.apply(id, data)
    if (type === "reaction") {
      this.openRooms.get(id)?.history.react(event)
      return this.outbox.receivedUpTo(id, seq)
    }
    if (type === "message") this.#applyMessage(id, data)
    if (type === "member") this.#applyMember(id, data)
    const before = this.#rightsKey(id)
    if (this.rooms.apply(id, event) === "refetch") this.refresh(id)
    else this.#checkRights(id, before)
    this.outbox.receivedUpTo(id, seq)
  }

  #applyMessage(id, message) {
    this.people.learn(message.author)
    this.typing.stopped(id, message.author.id)
    const room = this.openRooms.get(id)
    const isNew = message.posted_seq === message.seq
    if (isNew && room === this.openRooms.current && message.author.id !== this.me.id) this.#markNew(room, message)
    room?.history.apply(message)
    if (room && room !== this.openRooms.current) room.history.trimBefore()
    if (isNew) this.#messages.changed(message)
    else this.#messageChanges.changed(message)
    if (message.key && message.author.id === this.me.id) this.outbox.arrived(message.key)
  }

  #markNew(room, message) {
    if (!this.openRooms.watching && message.kind === "text") room.markNew(message.posted_seq - 1, 0)
  }

  #applyMember(id, member) {
    this.people.learn(member.user)
    this.openRooms.get(id)?.members.apply(member)
  }

  /**
   * Fetch what was reset in one reply (everything, if the epoch changed) and what failed before in one go. Resolves
   * with the seq of this topic's state.
   */
  async #resetTopic(topic) {
    if (!this.#resets.size) this.#fetching = Promise.resolve().then(() => this.#fetchStates())
    this.#resets.add(topic)
    const seqs = await this.#fetching
    return seqs.get(topic)
  }

  async #fetchStates() {
    const topics = [...this.#resets]
    this.#resets.clear()
    if (topics.length > MOST_ROOMS_APART || topics.includes(this.mine)) return this.reset()
    return new Map(await Promise.all(topics.map(async topic => [topic, await this.#resetRoom(roomOf(topic))])))
  }

  async #resetRoom(id) {
    const state = await this.openRooms.api.state(id).catch(nullIfFinal)
    if (!state) return this.rooms.remove(id) && this.#leave(id)
    const { room, seq } = state
    this.rooms.resetRoom(room)
    for (const person of room.people ?? []) this.people.learn(person)
    this.openRooms.reset(id, state)
    this.outbox.receivedUpTo(id, seq)
    return seq
  }
}

/** Sort the open room first, then by the last post; for sidebar entries and rooms alike. */
function byNeed(rooms, openId) {
  const lastPost = room => room.lastPostedAt ?? room.last_posted_at ?? ""
  const isOpen = ({ id }) => Number(id === openId)
  return [...rooms].sort((one, other) => isOpen(other) - isOpen(one) || lastPost(other).localeCompare(lastPost(one)))
}

function roomOf(topic) {
  return Number(topic.split(".")[1])
}

/** A final refusal becomes null; any other error is thrown, so that the request is retried. */
function nullIfFinal(error) {
  if (error.isFinal) return null
  throw error
}
