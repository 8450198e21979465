/** A number of slots: so many pieces of work run at once, and others wait in their order. */
export class Slots {
  #free
  #waiting = []

  constructor(count) {
    this.#free = count
  }

  /** Run `work` in a slot, and return what it returns. */
  async use(work) {
    if (this.#free) this.#free -= 1
    else await new Promise(resolve => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}
