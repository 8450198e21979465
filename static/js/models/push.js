import { Emitter } from "../helpers/emitter.js"
import { t } from "../helpers/i18n.js"
import { pushState, whyNot } from "./push-state.js"

/**
 * The user's push devices, and whether this browser is one of them.
 *
 * `browser` has facts(), subscription(), subscribe(key) and unsubscribe(). `withLock` lets one tab at a time change the
 * subscription.
 */
export class Push extends Emitter {
  isBusy = false
  /** The error message for this browser. */
  problem = ""
  /** The result of the last action on a device: {id, words, isBad}. */
  said = null
  /** The id of this browser's device, or null. */
  here = null

  constructor({ devices, key }, { browser, api, withLock }) {
    super()
    Object.assign(this, { devices, key, browser, api, withLock })
  }

  get state() {
    return pushState(this.browser.facts(), this.here !== null)
  }

  /** Find out which device this browser is. */
  async look() {
    await this.#alone(async () => {
      const subscription = await this.browser.subscription()
      this.here = subscription && ((await this.api.see(subscription.endpoint))?.id ?? null)
    })
  }

  switchOn() {
    return this.#alone(async () => {
      const subscription = await this.browser.subscribe(this.key)
      const { device } = await this.api.register(subscription)
      this.here = device.id
      this.#put(device)
    })
  }

  switchOff() {
    return this.#alone(async () => {
      const id = this.here
      await this.browser.unsubscribe()
      this.here = null
      if (id !== null) await this.#forget(id)
    })
  }

  remove(id) {
    if (id === this.here) return this.switchOff()
    return this.#try(id, () => this.#forget(id))
  }

  async rename(id, name) {
    return this.#try(id, async () => this.#put((await this.api.post("rename", id, { name })).device))
  }

  /** Send a test push to a device, and show the result. */
  async test(id) {
    this.#say({ id, words: t("Sending…") })
    await this.#try(id, async () => {
      const { outcome, message, device } = await this.api.post("test", id)
      this.#put(device)
      this.#say({ id, words: message, isBad: outcome !== "sent" })
    })
  }

  async #forget(id) {
    await this.api.post("remove", id)
    this.devices = this.devices.filter(device => device.id !== id)
    this.changed()
  }

  #put(device) {
    const others = this.devices.filter(({ id }) => id !== device.id)
    const isKnown = others.length < this.devices.length
    this.devices = isKnown ? this.devices.map(one => (one.id === device.id ? device : one)) : [device, ...others]
    this.changed()
  }

  #say(said) {
    this.said = said
    this.changed()
  }

  /** Run an action on a device and show an error beside it. Resolves with whether it succeeded. */
  async #try(id, act) {
    try {
      await act()
      return true
    } catch (error) {
      this.#say({ id, words: error.message, isBad: true })
      return false
    }
  }

  async #alone(act) {
    if (this.isBusy) return
    Object.assign(this, { isBusy: true, problem: "" })
    this.changed()
    try {
      await this.withLock(act)
    } catch (error) {
      // The server's errors have a string as code, the browser's a number or nothing.
      this.problem = typeof error.code === "string" ? error.message : whyNot(error.name)
    } finally {
      this.isBusy = false
      this.changed()
    }
  }
}
