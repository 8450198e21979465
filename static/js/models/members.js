import { Emitter } from "../helpers/emitter.js"

const RANK = { owner: 0, moderator: 1, member: 2 }
const collator = new Intl.Collator(undefined, { sensitivity: "base" })

/** The members of one room, by their latest event; of a large room those that the server sent first. */
export class Members extends Emitter {
  #members = new Map()
  /** How many members are not loaded. */
  #others = 0

  takeAll(members, count = members.length) {
    this.#members = new Map(members.map(member => [member.user.id, member]))
    this.#others = Math.max(0, count - this.#members.size)
    this.changed()
  }

  /**
   * An event about a member who is not loaded does not tell whether they are new: until the next state they count among
   * the others.
   */
  apply(member) {
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
   * The role of a user, and whether they are a member: undefined if unknown, in a large room. `asked`: what the server
   * replied about one who is not loaded.
   */
  membership(id, asked) {
    const member = this.get(id) ?? (this.arePartial ? asked : { active: false })
    return { isMember: member?.active, role: member?.active ? member.role : undefined }
  }

  get size() {
    return this.#members.size + this.#others
  }

  /** Sorted by role, then by name. */
  get all() {
    return [...this.#members.values()].sort(
      (one, other) => RANK[one.role] - RANK[other.role] || collator.compare(one.user.name, other.user.name),
    )
  }
}
