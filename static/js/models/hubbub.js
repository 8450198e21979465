import { newKey, oneTabAtATime, tabChannel } from "../helpers/browser.js"
import { Emitter } from "../helpers/emitter.js"
import { t } from "../helpers/i18n.js"
import { CommandError } from "../realtime/protocol.js"
import { Api } from "./api.js"
import { Attention } from "./attention.js"
import { Connection } from "./connection.js"
import { Drafts } from "./drafts.js"
import { Editing } from "./editing.js"
import { EventDispatcher } from "./event-dispatcher.js"
import { FilePreviews } from "./file-previews.js"
import { FileTray } from "./file-tray.js"
import { LinkedMessages } from "./linked-messages.js"
import { OpenRooms } from "./open-rooms.js"
import { Outbox } from "./outbox.js"
import { OwnPresence } from "./own-presence.js"
import { People } from "./people.js"
import { Presence } from "./presence.js"
import { Reactions } from "./reactions.js"
import { ReadMarker } from "./read-marker.js"
import { Rooms } from "./rooms.js"
import { Streams } from "./streams.js"
import { Typing } from "./typing.js"

/**
 * The model of the chat page: it creates the other models and has the user's actions. It knows nothing of the elements
 * that render it.
 */
export class Hubbub {
  /** Short notices for the user: "Link copied." */
  notices = new Emitter()
  /** Emits the id of a room that the user has left. */
  leftRooms = new Emitter()

  /** `initialData`: the page's initial data; from the cache of an offline page it has a `target` instead of an `open` room. */
  constructor(initialData, { bell, clock, measure, outboxStore, roomCache, siteUrl, socketUrl, storage, uploads }) {
    const { me, urls } = initialData
    Object.assign(this, {
      me,
      urls,
      limits: initialData.limits,
      site: initialData.site,
      bell,
      clock,
      measure,
      roomCache,
      uploads,
    })
    this.api = new Api(urls)
    this.connection = new Connection({
      me,
      url: socketUrl,
      epoch: initialData.epoch,
      clock,
      probe: () => this.api.probe(),
    })
    this.client = this.connection.client
    this.rooms = new Rooms(me, initialData.rooms, clock)
    this.openRooms = new OpenRooms({ api: this.api, rooms: this.rooms, cached: id => roomCache.get(id) })
    this.people = new People()
    this.linkedMessages = this.#makeLinkedMessages(siteUrl + urls.room)
    this.linkedMessages.learn(initialData.linked)
    this.presence = new Presence()
    this.drafts = new Drafts(me, storage)
    this.typing = new Typing({ clock, send: room => this.#sendCommand("room.typing", room) })
    this.ownPresence = new OwnPresence({
      clock,
      send: state => this.client.send("presence", null, { state }).catch(() => {}),
    })
    this.attention = new Attention({
      ownPresence: this.ownPresence,
      page: { isHidden: () => document.hidden, isFocused: () => document.hasFocus() },
    })
    const followDoNotDisturb = () => this.ownPresence.setQuiet(bell.doNotDisturb.until !== null)
    bell.doNotDisturb.on(followDoNotDisturb)
    followDoNotDisturb()
    this.outbox = this.#makeOutbox(outboxStore)
    this.filePreviews = new FilePreviews(uploads)
    this.fileTray = this.#makeFileTray({ uploads, drafts: this.drafts, place: () => this.openRooms.current.id })
    this.streams = new Streams({
      client: this.client,
      fetchMine: () => this.api.streams(),
      fetchPoints: url => this.api.points(url),
    })
    this.reactions = new Reactions({
      send: ({ room, id }, emoji, on) => this.client.send("reaction.set", `room.${room}`, { message: id, emoji, on }),
      failed: error => this.showNotice(error.message),
    })
    this.dispatcher = this.#makeDispatcher()
    this.readMarker = new ReadMarker({
      client: this.client,
      rooms: this.rooms,
      receivedSeq: id => this.dispatcher.receivedSeq(id),
      clock,
    })
    this.editing = new Editing({
      source: ({ room, id }) => this.api.source(room, id),
      save: ({ room, id }, text, files) =>
        this.client.send("message.edit", `room.${room}`, files ? { id, text, files } : { id, text }),
      drafts: this.drafts,
      uploads: this.uploads,
      makeTray: parts => this.#makeFileTray(parts),
    })
    this.#begin(initialData)
    this.#followLinkedMessages()
  }

  /** The sidebar entry of the current room. */
  get room() {
    return this.rooms.get(this.openRooms.current.id)
  }

  /** Whether messages of this page can have files. */
  get canAddFiles() {
    return Boolean(this.limits.files?.megabytes)
  }

  /** Post a message. `files` are [{key, description}] of uploads. */
  post(text, files = []) {
    const { id } = this.room
    this.drafts.write(id, "")
    this.drafts.writeFiles(id, [])
    this.typing.sent(id)
    // Posting does not mark unseen messages as read: their "New" line stays.
    const { newest, moreAfter } = this.openRooms.current.history
    if (!moreAfter && this.readMarker.position(id) >= (newest?.posted_seq ?? 0)) this.openRooms.current.clearNew()
    this.openRooms.showEnd()
    const entry = { key: newKey(), room: id, text, at: this.clock.now() }
    return this.outbox.add(files.length ? { ...entry, files } : entry)
  }

  /** The sidebar entries as the initial data of a page would have them now. */
  roomEntries() {
    return this.rooms.entries(id => this.dispatcher.receivedSeq(id))
  }

  /** Stop sending, receiving and storing: the user signed out. */
  async end() {
    this.connection.end()
    await Promise.all([this.outbox.store.close(), this.uploads.end(), this.roomCache.close()])
  }

  /** Move a message that was refused or is not sent yet back into the composer. */
  editUnsent(key) {
    const entry = this.outbox.get(key)
    if (entry?.state !== "failed" && !this.outbox.isEditable(key)) return
    const files = entry.files?.filter(file => this.uploads.get(file.key))
    this.drafts.giveBack(entry.room, entry.text, files)
    return this.outbox.discard(key, { keepsFiles: true })
  }

  /** The user's unsent texts of a room. */
  unsentIn(room) {
    const messages = this.outbox.entries(room).filter(({ state }) => state !== "sent")
    const edits = this.editing.of(room).filter(({ text, words }) => words !== text)
    return [...messages.map(({ text }) => text), this.drafts.read(room), ...edits.map(({ words }) => words)].filter(
      Boolean,
    )
  }

  /** Mark the current room as read. */
  readAll() {
    const { id, history } = this.openRooms.current
    this.readMarker.markAll(id, Math.max(this.dispatcher.receivedSeq(id), history.newest?.posted_seq ?? 0))
  }

  delete(message, reason = "") {
    const data = reason ? { id: message.id, reason } : { id: message.id }
    return this.client.send("message.delete", `room.${message.room}`, data)
  }

  /** Remove the preview of a link for everyone. */
  removePreview(message, url) {
    return this.client.send("preview.remove", `room.${message.room}`, { id: message.id, url })
  }

  /** Choose the notification `level` of a room, a `mute` ("hour", "tomorrow", "always", "off"), or both. */
  setLevel(room, choice) {
    return this.client.send("room.level", room.topicName, choice)
  }

  mayEdit(message) {
    return this.#isMine(message) && this.openRooms.current.can.has("post")
  }

  mayDelete(message) {
    if (message.kind !== "text" || message.deleted_at) return false
    return this.#isMine(message) || this.openRooms.current.can.has("delete_any")
  }

  mayReact(message) {
    return message.kind === "text" && !message.deleted_at && this.openRooms.current.can.has("react")
  }

  lastOwnMessage() {
    return this.openRooms.current.history.messages.findLast(message => this.mayEdit(message))
  }

  showNotice(words) {
    this.notices.changed(words)
  }

  #isMine(message) {
    return message.author.id === this.me.id && message.kind === "text" && !message.deleted_at
  }

  #sendCommand(type, roomId) {
    this.client.send(type, `room.${roomId}`).catch(() => {})
  }

  #makeLinkedMessages(roomUrl) {
    return new LinkedMessages({ fetch: places => this.api.linkedMessages(places), roomUrl, clock: this.clock })
  }

  #followLinkedMessages() {
    const { linkedMessages } = this
    this.dispatcher.onMessageChange(message => linkedMessages.refresh(message))
    this.openRooms.on(({ shown } = {}) => shown && linkedMessages.renew())
    this.leftRooms.on(id => linkedMessages.forgetRoom(id))
  }

  #makeOutbox(store) {
    const name = `hubbub-outbox-${this.me.id}`
    return new Outbox({
      store,
      uploads: this.uploads,
      clock: this.clock,
      lock: oneTabAtATime(name),
      channel: tabChannel(name),
      receivedSeq: room => this.dispatcher.receivedSeq(room),
      send: entry => this.#send(entry),
    })
  }

  /** `uploads`, `drafts` and `place` are the composer's, or those of an edit. */
  #makeFileTray(parts) {
    return new FileTray({
      ...parts,
      limits: () => this.limits.files,
      renewLimits: () => this.#renewFileLimits(),
      measure: this.measure,
    })
  }

  /** Whether an upload is in a message or an edit that is not sent yet. */
  #isUsed(key) {
    return this.outbox.hasFile(key) || this.drafts.hasFile(key) || this.editing.hasFile(key)
  }

  async #renewFileLimits() {
    const initialData = await this.api.everything(this.openRooms.current.id)
    if (initialData?.limits.files) this.limits = initialData.limits
    return initialData?.limits.files
  }

  async #send({ key, room, text, files }) {
    const chosen = files?.map(file => ({ id: this.uploads.get(file.key).file.id, alt: file.description ?? "" }))
    if (!this.rooms.get(room))
      throw new CommandError({ code: "not_found", message: t("You're no longer in this room.") })
    try {
      await this.dispatcher.makeLive(room)
      return await this.client.send("message.post", `room.${room}`, { key, text, ...(chosen && { files: chosen }) })
    } catch (error) {
      // The subscribe of this room may still be in flight, as for one just joined: other rooms need not wait.
      if (error.code !== "not_subscribed") throw error
      throw Object.assign(error, { retry: true, isOfRoom: true, message: t("This room is still connecting.") })
    }
  }

  /** Warn while there is something unsent that could be lost. */
  #warnOnce() {
    const end = this.outbox.on(() => {
      if (this.outbox.isLasting || !this.outbox.unsent.length) return
      end()
      this.showNotice(t("Your browser can't save unsent messages. You'll lose them if you close or reload this page."))
    })
  }

  /** Cache the recently visited rooms for reading offline, until the user signs out. */
  #keepRooms(rooms) {
    this.roomCache.keepOnly(rooms.map(({ id }) => id))
    this.connection.onSignedOut(() => this.roomCache.clear().then(() => this.roomCache.close()))
    this.openRooms.on(() => this.room && this.roomCache.later(this.openRooms.current, this.room.entry))
  }

  #makeDispatcher() {
    const { client, me, rooms, openRooms, people, presence, typing, outbox, bell, streams } = this
    return new EventDispatcher({
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
      fetchAll: () => this.api.everything(openRooms.current.id),
      left: id => {
        this.roomCache.remove(id)
        this.leftRooms.changed(id)
      },
    })
  }

  #begin(initialData) {
    if (initialData.open) this.openRooms.begin(initialData.open)
    else this.openRooms.open(initialData.target.id, initialData.target)
    for (const { user } of initialData.open?.members ?? []) this.people.learn(user)
    for (const { people } of initialData.rooms) for (const person of people ?? []) this.people.learn(person)
    this.dispatcher.begin(initialData)
    this.openRooms.on(detail => detail?.shown && this.dispatcher.makeLive(detail.shown))
    this.connection.onReady(() => {
      this.outbox.connected()
      this.uploads.connected()
      this.readMarker.connected()
      this.ownPresence.connected()
      this.openRooms.current.recover()
    })
    this.connection.on(() => this.connection.state === "connected" || this.outbox.disconnected())
    this.#keepRooms(initialData.rooms)
    this.attention.begin()
    this.drafts.begin()
    this.#warnOnce()
    this.outbox.load().then(() => this.uploads.load(key => this.#isUsed(key)))
    this.connection.begin()
  }
}
