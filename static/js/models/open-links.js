/** The links that staff see: each process tells its own in parts; the first part of an answer replaces the last answer. */
export class OpenLinks {
  #processes = new Map()

  constructor({ now, forgetAfter }) {
    Object.assign(this, { now, forgetAfter })
  }

  take({ process, first, links }) {
    const known = first ? [] : (this.#processes.get(process)?.links ?? [])
    this.#processes.set(process, { links: [...known, ...links], heardAt: this.now() })
  }

  /** A process that answers no longer has no links any more. */
  forgetSilent() {
    for (const [process, { heardAt }] of this.#processes) {
      if (this.now() - heardAt > this.forgetAfter) this.#processes.delete(process)
    }
  }

  get processes() {
    return this.#processes.size
  }

  get all() {
    const links = [...this.#processes].flatMap(([process, { links }]) => links.map(link => ({ ...link, process })))
    return links.sort((one, other) => one.since - other.since)
  }
}
