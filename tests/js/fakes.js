/** A clock that a test moves. */
export class FakeClock {
  #now = 0
  #timers = new Map()
  #last = 0
  luck = 0.5

  now = () => this.#now
  random = () => this.luck
  setTimeout = (act, delay) => {
    this.#last += 1
    this.#timers.set(this.#last, { act, at: this.#now + delay })
    return this.#last
  }
  clearTimeout = id => this.#timers.delete(id)

  pass(milliseconds) {
    const end = this.#now + milliseconds
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [id, { act, at }] = next
      this.#timers.delete(id)
      this.#now = at
      act()
    }
    this.#now = end
  }

  #next(end) {
    return [...this.#timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0]
  }
}

/** The server's end of a connection. */
export class FakeServer {
  sent = []
  lines = 0

  openSocket = handlers => {
    this.handlers = handlers
    this.lines += 1
    return {
      send: text => this.sent.push(JSON.parse(text)),
      drop: () => this.close(1006),
    }
  }

  greets({ epoch = "one" } = {}) {
    this.handlers.opened()
    this.says({ type: "hello", data: { protocol: 2, epoch } })
  }

  says(...objects) {
    this.handlers.received(objects.map(object => JSON.stringify(object)).join("\n"))
  }

  close(code) {
    this.handlers.closed(code)
  }

  last(type) {
    return this.sent.findLast(command => command.type === type)
  }

  answers(type, ok) {
    this.says({ ref: this.last(type).ref, ok })
  }
}

export async function settle() {
  await new Promise(resolve => setImmediate(resolve))
}

/** A sidebar entry. */
export const entry = (id, change = {}) => ({
  id,
  kind: "public",
  name: `room-${id}`,
  topic: "",
  archived: false,
  role: "member",
  active: true,
  last_read_seq: 0,
  level: "mentions",
  muted_until: null,
  person_seq: 1,
  seq: 10,
  unread: 0,
  mentions: 0,
  people: [],
  last_posted_at: null,
  ...change,
})

/** A fake IndexedDB database. `fails` is an error, `hangs` means no response at all. */
export class FakeDatabase {
  entries = new Map()
  openings = 0
  fails = null
  hangs = false
  #lost = () => {}

  open = async lost => {
    this.openings += 1
    await this.#answer()
    this.#lost = lost
    const handle = { isClosed: false }
    this.handle = handle
    const use = act => async argument => {
      await this.#answer()
      if (handle.isClosed) throw new DOMException("The database connection is closing.", "InvalidStateError")
      return act(argument)
    }
    return {
      close: () => {
        handle.isClosed = true
      },
      getAll: use(() => [...this.entries.values()]),
      get: (_, key) => use(value => this.entries.get(value))(key),
      put: (_, entry) => use(value => this.entries.set(value.key, value))(entry),
      delete: (_, key) => use(value => this.entries.delete(value))(key),
    }
  }

  /** Close the database like a browser, with or without `onclose`. */
  closes({ says = true } = {}) {
    this.handle.isClosed = true
    if (says) this.#lost()
  }

  #answer() {
    if (this.fails) throw this.fails
    return this.hangs ? new Promise(() => {}) : null
  }
}
