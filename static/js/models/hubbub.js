import { newKey, oneTabAtATime, tabChannel } from "../helpers/browser.js"
import { Emitter } from "../helpers/emitter.js"
import { t } from "../helpers/i18n.js"
import { CommandError } from "../realtime/protocol.js"
import { Api } from "./api.js"
import { Attention } from "./attention.js"
import { Away } from "./away.js"
import { Connection } from "./connection.js"
import { Desk } from "./desk.js"
import { Drafts } from "./drafts.js"
import { Editing } from "./editing.js"
import { Feed } from "./feed.js"
import { Outbox } from "./outbox.js"
import { People } from "./people.js"
import { Presence } from "./presence.js"
import { Reader } from "./reader.js"
import { Rooms } from "./rooms.js"
import { Streams } from "./streams.js"
import { Typing } from "./typing.js"

/** Everything the page knows and can do, put together once. Elements draw it; it knows none of them. */
export class Hubbub {
  /** Short words for the person: "Link copied." */
  notices = new Emitter()
  /** A room of mine went away. */
  departures = new Emitter()

  /** `boot`: what the server gave the page; or, as it is kept for a page without a connection, no `open` room but a `target`. */
  constructor(boot, { bell, clock, outboxStore, kept, socketUrl, storage }) {
    const { me, urls } = boot
    Object.assign(this, { me, urls, limits: boot.limits, site: boot.site, bell, clock, kept })
    this.api = new Api(urls)
    this.connection = new Connection({ me, url: socketUrl, epoch: boot.epoch, clock, probe: () => this.api.probe() })
    this.client = this.connection.client
    this.rooms = new Rooms(me, boot.rooms, clock)
    this.desk = new Desk({ api: this.api, rooms: this.rooms, kept: id => kept.get(id) })
    this.people = new People()
    this.presence = new Presence()
    this.drafts = new Drafts(me, storage)
    this.typing = new Typing({ clock, tell: room => this.#tell("room.typing", room) })
    this.away = new Away({ clock, tell: state => this.client.send("presence", null, { state }).catch(() => {}) })
    this.attention = new Attention({
      away: this.away,
      page: { isHidden: () => document.hidden, isFocused: () => document.hasFocus() },
    })
    const followQuiet = () => this.away.keepQuiet(bell.quiet.until !== null)
    bell.quiet.on(followQuiet)
    followQuiet()
    this.outbox = this.#makeOutbox(outboxStore)
    this.streams = new Streams({
      client: this.client,
      fetchMine: () => this.api.streams(),
      fetchPoints: url => this.api.points(url),
    })
    this.feed = this.#makeFeed()
    this.reader = new Reader({ client: this.client, rooms: this.rooms, heard: id => this.feed.heard(id), clock })
    this.editing = new Editing({
      source: ({ room, id }) => this.api.source(room, id),
      save: ({ room, id }, text) => this.client.send("message.edit", `room.${room}`, { id, text }),
      drafts: this.drafts,
    })
    this.#begin(boot)
  }

  /** The room in front of the person: what the sidebar knows of it. */
  get room() {
    return this.rooms.get(this.desk.current.id)
  }

  post(text) {
    const { id } = this.room
    this.drafts.write(id, "")
    this.typing.sent(id)
    // What was not shown yet is not read by writing: its line stays.
    const { newest, moreAfter } = this.desk.current.history
    if (!moreAfter && this.reader.seen(id) >= (newest?.posted_seq ?? 0)) this.desk.current.clearNew()
    this.desk.showEnd()
    return this.outbox.add({ key: newKey(), room: id, text, at: this.clock.now() })
  }

  /** My rooms as a page would begin with them now. */
  roomEntries() {
    return this.rooms.entries(id => this.feed.heard(id))
  }

  /** Somebody signed out: nothing is sent, heard or stored any more. */
  async end() {
    this.connection.end()
    await Promise.all([this.outbox.store.close(), this.kept.close()])
  }

  /** Write a message anew that the server refused or does not have yet: what it says is in the composer again. */
  takeBack(key) {
    const entry = this.outbox.get(key)
    if (entry?.state !== "failed" && !this.outbox.rests(key)) return
    this.drafts.giveBack(entry.room, entry.text)
    return this.outbox.discard(key)
  }

  /** What I had begun or not sent yet in a room. */
  unsentIn(room) {
    const messages = this.outbox.entries(room).filter(({ state }) => state !== "sent")
    const edits = this.editing.of(room).filter(({ text, words }) => words !== text)
    return [...messages.map(({ text }) => text), this.drafts.read(room), ...edits.map(({ words }) => words)].filter(
      Boolean,
    )
  }

  /** Everything of the room in front is read, because the person says so. */
  readAll() {
    const { id, history } = this.desk.current
    this.reader.readAll(id, Math.max(this.feed.heard(id), history.newest?.posted_seq ?? 0))
  }

  delete(message, reason = "") {
    const data = reason ? { id: message.id, reason } : { id: message.id }
    return this.client.send("message.delete", `room.${message.room}`, data)
  }

  /** Choose how much I hear of a room: a `level`, a `mute` ("hour", "tomorrow", "always", "off"), or both. */
  listenTo(room, choice) {
    return this.client.send("room.level", room.topicName, choice)
  }

  mayEdit(message) {
    return this.#isMine(message) && this.desk.current.can.has("post")
  }

  mayDelete(message) {
    if (message.kind !== "text" || message.deleted_at) return false
    return this.#isMine(message) || this.desk.current.can.has("delete_any")
  }

  lastOwnMessage() {
    return this.desk.current.history.messages.findLast(message => this.mayEdit(message))
  }

  say(words) {
    this.notices.changed(words)
  }

  #isMine(message) {
    return message.author.id === this.me.id && message.kind === "text" && !message.deleted_at
  }

  #tell(type, roomId) {
    this.client.send(type, `room.${roomId}`).catch(() => {})
  }

  #makeOutbox(store) {
    const name = `hubbub-outbox-${this.me.id}`
    return new Outbox({
      store,
      clock: this.clock,
      lock: oneTabAtATime(name),
      channel: tabChannel(name),
      heard: room => this.feed.heard(room),
      send: ({ key, room, text }) => this.#send(key, room, text),
    })
  }

  async #send(key, room, text) {
    if (!this.rooms.get(room))
      throw new CommandError({ code: "not_found", message: t("You're no longer in this room.") })
    try {
      await this.feed.makeLive(room)
      return await this.client.send("message.post", `room.${room}`, { key, text })
    } catch (error) {
      // The subscribe of this room may still be out, as that of one just joined: no reason for other rooms to wait.
      if (error.code !== "not_subscribed") throw error
      throw Object.assign(error, { retry: true, isOfRoom: true, message: t("This room is still connecting.") })
    }
  }

  /** Say it while there is still something to be lost. */
  #warnOnce() {
    const end = this.outbox.on(() => {
      if (this.outbox.isLasting || !this.outbox.unsent.length) return
      end()
      this.say(t("Your browser can't save unsent messages. You'll lose them if you close or reload this page."))
    })
  }

  /** The rooms visited last can be read without a connection; nothing of them stays once nobody is signed in. */
  #keepRooms(rooms) {
    this.kept.keepOnly(rooms.map(({ id }) => id))
    this.connection.onSignedOut(() => this.kept.clear().then(() => this.kept.close()))
    this.desk.on(() => this.room && this.kept.later(this.desk.current, this.room.entry))
  }

  #makeFeed() {
    const { client, me, rooms, desk, people, presence, typing, outbox, bell, streams } = this
    return new Feed({
      client,
      me,
      rooms,
      desk,
      people,
      presence,
      typing,
      outbox,
      bell,
      streams,
      fetchAll: () => this.api.everything(desk.current.id),
      left: id => {
        this.kept.remove(id)
        this.departures.changed(id)
      },
    })
  }

  #begin(boot) {
    if (boot.open) this.desk.begin(boot.open)
    else this.desk.open(boot.target.id, boot.target)
    for (const { user } of boot.open?.members ?? []) this.people.learn(user)
    for (const { people } of boot.rooms) for (const person of people ?? []) this.people.learn(person)
    this.feed.begin(boot)
    this.desk.on(detail => detail?.shown && this.feed.makeLive(detail.shown))
    this.connection.onReady(() => {
      this.outbox.connected()
      this.reader.connected()
      this.away.connected()
      this.desk.current.recover()
    })
    this.connection.on(() => this.connection.state === "connected" || this.outbox.disconnected())
    this.#keepRooms(boot.rooms)
    this.attention.begin()
    this.drafts.begin()
    this.#warnOnce()
    this.outbox.load()
    this.connection.begin()
  }
}
