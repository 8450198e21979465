import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { systemClock } from "../helpers/browser.js"
import { getJson } from "../helpers/http.js"
import { Connection } from "../models/connection.js"
import { OpenConnections } from "../models/open-connections.js"

const TOPIC = "connections.0"
const ASK_MS = 3_000
const STATES = {
  connecting: "Connecting…",
  waiting: "Reconnecting…",
  offline: "No network.",
  "signed-out": "You're signed out.",
}
const elapsed = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" })

/** The table of open connections, requested every few seconds from every process. */
class ConnectionsElement extends HTMLElement {
  #connections = new OpenConnections({ now: () => performance.now(), forgetAfter: 3 * ASK_MS })

  connectedCallback() {
    this.textContent = ""
    const url = new URL("/ws/", location.href.replace(/^http/, "ws")).href
    this.connection = new Connection({ url, epoch: "", clock: systemClock, probe })
    this.connection.on(() => this.#draw())
    this.connection.onReady(() => this.#ask())
    this.connection.client.subscribe(TOPIC, null, { event: ({ data }) => this.#take(data), reset() {}, refused() {} })
    setInterval(() => this.#ask(), ASK_MS)
    this.connection.begin()
    this.#draw()
  }

  #take(answer) {
    this.#connections.take(answer)
    this.#draw()
  }

  #ask() {
    this.connection.client.send("connections.list", TOPIC).catch(() => {})
    this.#connections.forgetSilent()
    this.#draw()
  }

  #close(connection) {
    this.connection.client.send("connections.close", TOPIC, { id: connection.id }).then(
      () => this.#ask(),
      () => {},
    )
  }

  #draw() {
    const connections = this.#connections.all
    const trouble = STATES[this.connection.state]
    render(
      html`
        <p class="summary" role="status">
          ${trouble ? html`<span class="trouble">${trouble}</span>` : nothing}
          ${count(connections.length, "connection")} of ${count(new Set(connections.map(connection => connection.user.id)).size, "person", "people")} in
          ${count(this.#connections.processes, "process", "processes")}
        </p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col">State</th>
                <th scope="col">Transport</th>
                <th scope="col">Address</th>
                <th scope="col">Open since</th>
                <th scope="col" class="number">Topics</th>
                <th scope="col" class="number">Buffered bytes</th>
                <th scope="col">Process</th>
                <th scope="col"><span class="visually-hidden">Action</span></th>
              </tr>
            </thead>
            <tbody>
              ${repeat(
                connections,
                connection => connection.id,
                connection => this.#row(connection),
              )}
            </tbody>
          </table>
        </div>
      `,
      this,
    )
  }

  #row(connection) {
    const since = new Date(connection.since * 1000)
    return html`<tr>
      <td class="person"><bdi>${connection.user.name}</bdi> <small>@${connection.user.username}</small></td>
      <td>${connection.state}</td>
      <td>${connection.transport}</td>
      <td>${connection.address}</td>
      <td><time datetime=${since.toISOString()} title=${since.toLocaleString()}>${ago(since)}</time></td>
      <td class="number">${connection.topics}</td>
      <td class="number">${connection.buffered}</td>
      <td>${connection.process.slice(0, 6)}</td>
      <td><button type="button" class="button" @click=${() => this.#close(connection)}>Disconnect</button></td>
    </tr>`
  }
}

async function probe() {
  try {
    await getJson("/accounts/me.json")
    return "signed-in"
  } catch (error) {
    return error.status === 401 ? "signed-out" : "unreachable"
  }
}

function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`
}

function ago(date) {
  const minutes = Math.round((date - Date.now()) / 60_000)
  return minutes > -60 ? elapsed.format(minutes, "minute") : elapsed.format(Math.round(minutes / 60), "hour")
}

customElements.define("hubbub-connections", ConnectionsElement)
