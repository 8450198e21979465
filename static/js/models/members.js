import { Emitter } from "../helpers/emitter.js"

const RANK = { owner: 0, moderator: 1, member: 2 }
const collator = new Intl.Collator(undefined, { sensitivity: "base" })

/** The people of one room, as the last event said they are. */
export class Members extends Emitter {
  #members = new Map()

  takeAll(members) {
    this.#members = new Map(members.map(member => [member.user.id, member]))
    this.changed()
  }

  hear(member) {
    if (member.active) this.#members.set(member.user.id, member)
    else this.#members.delete(member.user.id)
    this.changed()
  }

  get(id) {
    return this.#members.get(id) ?? null
  }

  get size() {
    return this.#members.size
  }

  /** By role, then by name. */
  get all() {
    return [...this.#members.values()].sort(
      (one, other) => RANK[one.role] - RANK[other.role] || collator.compare(one.user.name, other.user.name),
    )
  }
}
