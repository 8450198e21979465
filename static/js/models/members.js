import { Emitter } from "../helpers/emitter.js"

const RANK = { owner: 0, moderator: 1, member: 2 }
const collator = new Intl.Collator(undefined, { sensitivity: "base" })

/** The people of one room, as the last event said they are; of a large room those that the server named first. */
export class Members extends Emitter {
  #members = new Map()
  /** How many are in the room and not loaded. */
  #others = 0

  takeAll(members, count = members.length) {
    this.#members = new Map(members.map(member => [member.user.id, member]))
    this.#others = Math.max(0, count - this.#members.size)
    this.changed()
  }

  /** An event about one who is not loaded does not say whether they have just come: until the next state they are one of those. */
  hear(member) {
    const isKnown = this.#members.has(member.user.id)
    if (member.active) this.#members.set(member.user.id, member)
    else this.#members.delete(member.user.id)
    if (!isKnown && this.#others) this.#others -= 1
    this.changed()
  }

  get arePartial() {
    return this.#others > 0
  }

  get(id) {
    return this.#members.get(id) ?? null
  }

  /**
   * The role of somebody, and whether they are a member: undefined where that is not known, of a large room. `asked`: what the
   * server said of one who is not loaded.
   */
  membership(id, asked) {
    const member = this.get(id) ?? (this.arePartial ? asked : { active: false })
    return { isMember: member?.active, role: member?.active ? member.role : undefined }
  }

  get size() {
    return this.#members.size + this.#others
  }

  /** By role, then by name. */
  get all() {
    return [...this.#members.values()].sort(
      (one, other) => RANK[one.role] - RANK[other.role] || collator.compare(one.user.name, other.user.name),
    )
  }
}
