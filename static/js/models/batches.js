const PAUSE_MS = 150
/** One request may name so many ids. */
const SIZE = 100

/** A collector of ids that arrive in quick succession: it loads them in batches, one load at a time. */
export class Batches {
  #ids = new Set()
  #timer = null
  #loading = false

  /** `load(ids)` returns a promise and handles its own errors. */
  constructor({ clock, load, pause = PAUSE_MS, size = SIZE }) {
    Object.assign(this, { clock, load, pause, size })
  }

  add(ids) {
    for (const id of ids) this.#ids.add(id)
    this.#schedule()
  }

  #schedule() {
    if (this.#loading || this.#timer !== null || !this.#ids.size) return
    this.#timer = this.clock.setTimeout(() => this.#run(), this.pause)
  }

  async #run() {
    this.#timer = null
    this.#loading = true
    const ids = [...this.#ids].slice(0, this.size)
    for (const id of ids) this.#ids.delete(id)
    try {
      await this.load(ids)
    } finally {
      this.#loading = false
      this.#schedule()
    }
  }
}
