/** Something that changes and says so. */
export class Emitter {
  #listeners = new Set()

  /** Hear of every change; returns what ends it. */
  on(listener) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed(detail) {
    for (const listener of [...this.#listeners]) listener(detail)
  }
}
