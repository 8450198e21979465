/** The base class of models that emit their changes. */
export class Emitter {
  #listeners = new Set()

  /** Call a listener for every change. Returns a function that removes it. */
  on(listener) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed(detail) {
    for (const listener of [...this.#listeners]) listener(detail)
  }
}
