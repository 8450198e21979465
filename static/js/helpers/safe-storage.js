/**
 * The browser's storage, with memory as a fallback: storage may be forbidden, full or removed at any moment, and
 * nothing here throws. `find` returns a Storage; if the browser forbids it, even reading the property throws.
 */
export class SafeStorage {
  #memory = new Map()
  #find

  constructor(find) {
    this.#find = find
  }

  getItem(key) {
    return this.#memory.get(key) ?? this.#try(storage => storage.getItem(key), null)
  }

  setItem(key, value) {
    const isStored = this.#try(storage => storage.setItem(key, value) ?? true, false)
    if (isStored) this.#memory.delete(key)
    else this.#memory.set(key, value)
  }

  removeItem(key) {
    this.#memory.delete(key)
    this.#try(storage => storage.removeItem(key))
  }

  get keys() {
    return [...new Set([...this.#memory.keys(), ...this.#try(storage => Object.keys(storage), [])])]
  }

  #try(act, otherwise) {
    try {
      return act(this.#find())
    } catch {
      return otherwise
    }
  }
}

export const localStore = new SafeStorage(() => globalThis.localStorage)
export const tabStore = new SafeStorage(() => globalThis.sessionStorage)
