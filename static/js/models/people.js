import { Emitter } from "../helpers/emitter.js"

const SEEN = ["username", "name", "avatar", "deactivated"]

/** Everybody who was heard of, as they were last: a new name or picture shows on old messages, too. */
export class People extends Emitter {
  #people = new Map()

  learn(person) {
    const known = this.#people.get(person.id)
    if (known && SEEN.every(name => known[name] === person[name])) return
    this.#people.set(person.id, person)
    if (known) this.changed(person)
  }

  /** The person as last heard of, or as given. */
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
