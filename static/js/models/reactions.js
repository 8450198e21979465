import { reportBug } from "../helpers/bug-reports.js"
import { Emitter } from "../helpers/emitter.js"

/** The state of a message after a `reaction` event: the same object if the event changes nothing. */
export function applyReaction(message, { data, seq }, me) {
  if (message.deleted_at || seq <= (message.reactions_seq ?? 0)) return message
  const { emoji, count, since, by, on } = data
  const before = message.reactions ?? []
  const mine = by === me ? on : isMine(before, emoji)
  const others = before.filter(reaction => reaction.emoji !== emoji)
  const reactions = count ? [...others, makeReaction({ emoji, count, since }, mine)] : others
  return { ...message, reactions: reactions.sort((one, other) => one.since - other.since), reactions_seq: seq }
}

/** Merge two states of a message: the text of the later text, the reactions of the later reactions. */
export function mergeStates(known, message) {
  if (!known) return message
  const latest = known.seq >= message.seq ? known : message
  const reacted = (known.reactions_seq ?? 0) >= (message.reactions_seq ?? 0) ? known : message
  if (latest === reacted || latest.deleted_at) return latest
  return { ...latest, reactions: reacted.reactions, reactions_seq: reacted.reactions_seq }
}

/** Mark the user's own reactions in a message from an event, which does not know them. */
export function markOwn(message, known, events, me) {
  if (!message.reactions?.length) return message
  const own = new Set((known?.reactions ?? []).filter(({ mine }) => mine).map(({ emoji }) => emoji))
  for (const { data } of events) {
    if (data.by === me && data.on) own.add(data.emoji)
    else if (data.by === me) own.delete(data.emoji)
  }
  if (!own.size) return message
  return { ...message, reactions: message.reactions.map(one => (own.has(one.emoji) ? { ...one, mine: true } : one)) }
}

/** The user's own reactions: what they chose is shown at once, and sent. */
export class Reactions extends Emitter {
  /** By message id and emoji: {on, seq}; `seq` is that of the reply, until the event with it arrives. */
  #chosen = new Map()

  /** `send(message, emoji, on)` resolves with {seq}; `failed` gets the error of a refused reaction. */
  constructor({ send, failed }) {
    super()
    Object.assign(this, { send, failed })
  }

  /** The reactions of a message to show, [{emoji, count, mine}]. */
  of(message) {
    let reactions = message.deleted_at ? [] : (message.reactions ?? [])
    for (const [emoji, choice] of this.#chosen.get(message.id) ?? []) {
      if (choice.seq <= (message.reactions_seq ?? 0)) this.#drop(message.id, emoji, choice)
      else reactions = choose(reactions, emoji, choice.on)
    }
    return reactions
  }

  /** What was chosen and is not in the message yet: changes with what `of` returns. */
  chosenOn(message) {
    const chosen = this.#chosen.get(message.id)
    return chosen ? JSON.stringify([...chosen].map(([emoji, { on }]) => [emoji, on])) : ""
  }

  toggle(message, emoji) {
    return this.set(message, emoji, !isMine(this.of(message), emoji))
  }

  async set(message, emoji, on) {
    if (isMine(this.of(message), emoji) === on) return
    const choice = { on, seq: Infinity }
    this.#put(message.id, emoji, choice)
    try {
      choice.seq = (await this.send(message, emoji, on)).seq
    } catch (error) {
      reportBug(error)
      this.#drop(message.id, emoji, choice)
      this.failed(error)
    }
    this.changed()
  }

  #put(id, emoji, choice) {
    if (!this.#chosen.has(id)) this.#chosen.set(id, new Map())
    this.#chosen.get(id).set(emoji, choice)
    this.changed()
  }

  #drop(id, emoji, choice) {
    const chosen = this.#chosen.get(id)
    if (chosen?.get(emoji) !== choice) return
    chosen.delete(emoji)
    if (!chosen.size) this.#chosen.delete(id)
  }
}

function choose(reactions, emoji, on) {
  const before = reactions.find(reaction => reaction.emoji === emoji)
  if (Boolean(before?.mine) === on) return reactions
  if (!before) return [...reactions, { emoji, count: 1, mine: true }]
  const after = makeReaction({ ...before, count: before.count + (on ? 1 : -1) }, on)
  return reactions.map(reaction => (reaction === before ? after : reaction)).filter(({ count }) => count)
}

function makeReaction({ emoji, count, since }, mine) {
  return mine ? { emoji, count, since, mine } : { emoji, count, since }
}

export function isMine(reactions, emoji) {
  return reactions.some(reaction => reaction.emoji === emoji && reaction.mine)
}
