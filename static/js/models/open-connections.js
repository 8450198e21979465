/**
 * The open connections, for staff. Each process sends its own in parts; the first part of a reply replaces the previous
 * reply.
 */
export class OpenConnections {
  #processes = new Map()

  constructor({ now, forgetAfter }) {
    Object.assign(this, { now, forgetAfter })
  }

  take({ process, first, connections }) {
    const known = first ? [] : (this.#processes.get(process)?.connections ?? [])
    this.#processes.set(process, { connections: [...known, ...connections], heardAt: this.now() })
  }

  /** A process that stopped replying has no connections any more. */
  forgetSilent() {
    for (const [process, { heardAt }] of this.#processes) {
      if (this.now() - heardAt > this.forgetAfter) this.#processes.delete(process)
    }
  }

  get processes() {
    return this.#processes.size
  }

  get all() {
    const connections = [...this.#processes].flatMap(([process, { connections }]) =>
      connections.map(connection => ({ ...connection, process })),
    )
    return connections.sort((one, other) => one.since - other.since)
  }
}
