/**
 * The browser's storage, or memory that ends with the page: storage may be forbidden, full or taken away at any moment,
 * and nothing here throws for it. `find` returns a Storage; where the browser forbids one, even to look at it throws.
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
