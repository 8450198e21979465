import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { rich, t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { agoInSentence } from "../helpers/relative-time.js"
import { fullTime } from "../helpers/time.js"
import { icon } from "./parts.js"
import { View } from "./view.js"

const NAME_CHARACTERS = 80
const HANDHELD = /android|iphone|ipad|phone|tablet/i

/** Push on this browser, and the list of all devices. */
class PushDevices extends View {
  /** The id of the device that is being renamed. */
  #renaming = null

  connect() {
    this.push = this.app.push
    this.watch(this.push)
  }

  template() {
    const { devices } = this.push
    return html`${this.#here()}
      ${
        devices.length
          ? html`<ul class="rows wrap device-rows">${repeat(
              devices,
              ({ id }) => id,
              device => this.#row(device),
            )}</ul>`
          : nothing
      }`
  }

  #here() {
    const { state, problem, isBusy } = this.push
    const { title, words, sign } = describeState(this.push)
    return html`<div class="device-here ${state}">
      <span class="device-sign">${icon(sign)}</span>
      <div class="device-words" role="status">
        <p><strong>${title}</strong></p>
        <p>${words}</p>
        ${problem ? html`<p class="device-problem">${problem}</p>` : nothing}
      </div>
      ${
        state === "off"
          ? html`<button type="button" class="button primary" aria-disabled=${isBusy} @click=${() => this.push.switchOn()}>${t("Turn on")}</button>`
          : nothing
      }
      ${
        state === "on"
          ? html`<button type="button" class="button" aria-disabled=${isBusy} @click=${() => this.push.switchOff()}>${t("Turn off")}</button>`
          : nothing
      }
    </div>`
  }

  #row(device) {
    const isGone = device.gone_at !== null
    return html`<li class="device ${isGone ? "gone" : ""}">
      <span class="device-sign">${icon(HANDHELD.test(device.name) ? "smartphone" : "monitor")}</span>
      <div class="grow">
        ${this.#renaming === device.id ? this.#nameForm(device) : this.#name(device)}
        <p class="device-facts">${facts(device)}</p>
        ${this.#said(device)}
      </div>
      <div class="device-actions">
        ${isGone ? nothing : html`<button type="button" class="button small" @click=${() => this.push.test(device.id)}>${t("Send a test")}${forWhom(device)}</button>`}
        <button type="button" class="button small danger" @click=${() => this.push.remove(device.id)}>${t("Remove")}${forWhom(device)}</button>
      </div>
    </li>`
  }

  #name(device) {
    return html`<p class="device-name">
      <bdi>${device.name}</bdi>
      ${device.id === this.push.here ? html`<span class="tag">${t("this browser")}</span>` : nothing}
      <button type="button" class="icon-button" title=${t("Rename")} aria-label=${t("Rename {name}", { name: device.name })} data-rename=${device.id}
        @click=${() => this.#rename(device.id)}>${icon("pencil")}</button>
    </p>`
  }

  #nameForm(device) {
    const keep = async event => {
      event.preventDefault()
      const name = new FormData(event.target).get("name").trim()
      if (name === device.name || (await this.push.rename(device.id, name))) this.#endRenaming(device.id)
    }
    const giveUp = event => event.key === "Escape" && this.#endRenaming(device.id)
    return html`<form class="device-form" @submit=${keep} @keydown=${whenTyped(giveUp)}>
      <input class="input" name="name" aria-label=${t("Device name")} maxlength=${NAME_CHARACTERS} required .value=${device.name} autocomplete="off">
      <button class="button small primary">${t("Save")}</button>
      <button type="button" class="button small" @click=${() => this.#endRenaming(device.id)}>${t("Cancel")}</button>
    </form>`
  }

  #said({ id }) {
    const { said } = this.push
    const words = said?.id === id ? said.words : nothing
    return html`<p class="device-said ${said?.isBad ? "bad" : ""}" role="status">${words}</p>`
  }

  #rename(id) {
    this.#renaming = id
    this.draw()
    this.querySelector(".device-form .input").select()
  }

  #endRenaming(id) {
    this.#renaming = null
    this.draw()
    this.querySelector(`[data-rename="${id}"]`)?.focus()
  }
}

/** The state of push in this browser, in words, and what to do. */
function describeState({ state, browser, devices, here }) {
  const asks = browser.facts().permission === "granted" ? "" : t("Your browser will ask for permission.")
  const name = devices.find(({ id }) => id === here)?.name
  return {
    on: {
      sign: "bell",
      title: t("Push is on in this browser"),
      words: t("You get notifications here, even while Hubbub is closed. This browser is listed as “{name}”.", {
        name,
      }),
    },
    off: {
      sign: "bell-off",
      title: t("Push is off in this browser"),
      words: [t("Get mentions and direct messages on this device, even while Hubbub is closed."), asks]
        .join(" ")
        .trim(),
    },
    denied: {
      sign: "bell-off",
      title: t("Your browser is blocking notifications"),
      words: t("Click the icon next to the address bar, allow notifications for this site, and come back."),
    },
    "home-screen": {
      sign: "smartphone",
      title: t("Add Hubbub to your home screen first"),
      words: t("Tap Share, then “Add to Home Screen”. Open Hubbub from your home screen and come back to this page."),
    },
    unsupported: {
      sign: "bell-off",
      title: t("This browser doesn't support push"),
      words: t("Try another browser on this device."),
    },
    insecure: {
      sign: "lock",
      title: t("Push needs HTTPS"),
      words: t("Ask this site's administrator to turn on HTTPS."),
    },
  }[state]
}

function facts({ created_at, last_used_at, gone_at }) {
  if (gone_at)
    return rich("Push stopped working on this device {time}. Turn it on again there.", {
      time: html`<time title=${fullTime(gone_at)}>${agoInSentence(gone_at)}</time>`,
    })
  const used = last_used_at ?? created_at
  return rich("Last active {time}", { time: html`<time title=${fullTime(used)}>${agoInSentence(used)}</time>` })
}

function forWhom({ name }) {
  return html`<span class="visually-hidden">: ${name}</span>`
}

customElements.define("push-devices", PushDevices)
