import { Emitter } from "../helpers/emitter.js"

const STAYS_MS = 6_000
/** More would cover the page; the bell lists all of them. */
const MOST = 3

/** The toasts: notifications shown for six seconds, or as long as the pointer or the focus is in one. */
export class Toasts extends Emitter {
  all = []
  #timers = new Map()
  #held = false

  constructor({ clock }) {
    super()
    this.clock = clock
  }

  /** Show a notification; of one group only the newest has a toast. */
  show(notification) {
    const { id, group, kind, position } = notification
    const isSame = one => one.id === id || (group && one.group === group && one.kind === kind)
    if (this.all.some(one => isSame(one) && one.position > position)) return
    this.#set([...this.all.filter(one => !isSame(one)), notification].slice(-MOST))
  }

  close(id) {
    this.#set(this.all.filter(one => one.id !== id))
  }

  /** Close the toasts for which `isOver` is true: read, archived or retracted. */
  closeOver(isOver) {
    if (this.all.some(({ id }) => isOver(id))) this.#set(this.all.filter(({ id }) => !isOver(id)))
  }

  /** Keep the toasts open: the pointer or the focus is in one. */
  hold() {
    this.#held = true
    for (const id of [...this.#timers.keys()]) this.#stop(id)
  }

  release() {
    this.#held = false
    this.#wind()
  }

  #set(all) {
    this.all = all
    for (const id of [...this.#timers.keys()]) if (!all.some(one => one.id === id)) this.#stop(id)
    this.#wind()
    this.changed()
  }

  #wind() {
    if (this.#held) return
    for (const { id } of this.all) {
      if (!this.#timers.has(id))
        this.#timers.set(
          id,
          this.clock.setTimeout(() => this.close(id), STAYS_MS),
        )
    }
  }

  #stop(id) {
    this.clock.clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
  }
}
