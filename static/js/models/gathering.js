const PAUSE_MS = 150
/** What one request of the list may name. */
const MOST = 100

/** Gathers ids while they come in quick succession, and hands them on together: one load at a time. */
export class Gathering {
  #ids = new Set()
  #due = null
  #loading = false

  /** `load(ids)` returns a promise; what it fails with is its own affair. */
  constructor({ clock, load, pause = PAUSE_MS, most = MOST }) {
    Object.assign(this, { clock, load, pause, most })
  }

  add(ids) {
    for (const id of ids) this.#ids.add(id)
    this.#plan()
  }

  #plan() {
    if (this.#loading || this.#due !== null || !this.#ids.size) return
    this.#due = this.clock.setTimeout(() => this.#run(), this.pause)
  }

  async #run() {
    this.#due = null
    this.#loading = true
    const ids = [...this.#ids].slice(0, this.most)
    for (const id of ids) this.#ids.delete(id)
    try {
      await this.load(ids)
    } finally {
      this.#loading = false
      this.#plan()
    }
  }
}
