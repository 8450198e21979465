import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { systemClock } from "../helpers/browser.js"
import { getJson } from "../helpers/http.js"
import { Connection } from "../models/connection.js"
import { OpenLinks } from "../models/open-links.js"

const TOPIC = "links.0"
const ASK_MS = 3_000
const STATES = {
  connecting: "Connecting…",
  waiting: "Reconnecting…",
  offline: "No network.",
  "signed-out": "You're signed out.",
}
const elapsed = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" })

/** The table of open links: asks every few seconds, and shows what every process tells. */
class LinksElement extends HTMLElement {
  #links = new OpenLinks({ now: () => performance.now(), forgetAfter: 3 * ASK_MS })

  connectedCallback() {
    this.textContent = ""
    const url = new URL("/ws/", location.href.replace(/^http/, "ws")).href
    this.connection = new Connection({ url, epoch: "", clock: systemClock, probe })
    this.connection.on(() => this.#draw())
    this.connection.onReady(() => this.#ask())
    this.connection.link.listen(TOPIC, null, { event: ({ data }) => this.#take(data), reset() {}, refused() {} })
    setInterval(() => this.#ask(), ASK_MS)
    this.connection.begin()
    this.#draw()
  }

  #take(answer) {
    this.#links.take(answer)
    this.#draw()
  }

  #ask() {
    this.connection.link.send("links.ask", TOPIC).catch(() => {})
    this.#links.forgetSilent()
    this.#draw()
  }

  #close(link) {
    this.connection.link.send("links.close", TOPIC, { link: link.link }).then(
      () => this.#ask(),
      () => {},
    )
  }

  #draw() {
    const links = this.#links.all
    const trouble = STATES[this.connection.state]
    render(
      html`
        <p class="summary" role="status">
          ${trouble ? html`<span class="trouble">${trouble}</span>` : nothing}
          ${count(links.length, "link")} of ${count(new Set(links.map(link => link.user.id)).size, "person", "people")} in
          ${count(this.#links.processes, "process", "processes")}
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
                links,
                link => link.link,
                link => this.#row(link),
              )}
            </tbody>
          </table>
        </div>
      `,
      this,
    )
  }

  #row(link) {
    const since = new Date(link.since * 1000)
    return html`<tr>
      <td class="person"><bdi>${link.user.name}</bdi> <small>@${link.user.username}</small></td>
      <td>${link.state}</td>
      <td>${link.transport}</td>
      <td>${link.address}</td>
      <td><time datetime=${since.toISOString()} title=${since.toLocaleString()}>${ago(since)}</time></td>
      <td class="number">${link.topics}</td>
      <td class="number">${link.buffered}</td>
      <td>${link.process.slice(0, 6)}</td>
      <td><button type="button" class="button" @click=${() => this.#close(link)}>Disconnect</button></td>
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

customElements.define("hubbub-links", LinksElement)
