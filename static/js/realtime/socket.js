/** One WebSocket, opened at once, without timers or retries. */
export class Socket {
  #socket
  #closed = false

  constructor(url, { opened, received, closed }, WebSocketClass = globalThis.WebSocket) {
    this.#socket = new WebSocketClass(url)
    this.#socket.onopen = () => this.#closed || opened()
    this.#socket.onmessage = ({ data }) => this.#closed || received(data)
    this.#socket.onclose = ({ code }) => this.#end(() => closed(code))
    this.dropped = () => this.#end(() => closed(1006))
  }

  send(text) {
    if (this.#socket.readyState === 1) this.#socket.send(text)
  }

  /** Drop the connection now: a dead one takes minutes to report that it closed. */
  drop() {
    this.#socket.close(1000)
    this.dropped()
  }

  #end(report) {
    if (this.#closed) return
    this.#closed = true
    report()
  }
}
