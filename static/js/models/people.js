import { Emitter } from "../helpers/emitter.js"

const SEEN = ["username", "name", "avatar", "deactivated"]

/** The known users in their latest state: a new name or avatar also shows on old messages. */
export class People extends Emitter {
  #people = new Map()

  learn(person) {
    const known = this.#people.get(person.id)
    if (known && SEEN.every(name => known[name] === person[name])) return
    this.#people.set(person.id, person)
    if (known) this.changed(person)
  }

  /** The latest state of a user, or the given one. */
  now(person) {
    return this.#people.get(person.id) ?? person
  }

  byUsername(username) {
    return this.all.find(person => person.username === username) ?? null
  }

  get all() {
    return [...this.#people.values()]
  }
}
