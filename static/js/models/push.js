import { Emitter } from "../helpers/emitter.js"
import { t } from "../helpers/i18n.js"
import { pushState, whyNot } from "./push-state.js"

/**
 * A person's devices, and whether this browser is one of them.
 *
 * `browser` is this one: facts(), subscription(), subscribe(key), unsubscribe(); `api` asks the server; `withLock` lets one
 * tab at a time change the subscription, and the others wait.
 */
export class Push extends Emitter {
  isBusy = false
  /** What went wrong in this browser, in words. */
  problem = ""
  /** What became of what was done to a device: {id, words, isBad}. */
  said = null
  /** The device that this browser is, or null. */
  here = null

  constructor({ devices, key }, { browser, api, withLock }) {
    super()
    Object.assign(this, { devices, key, browser, api, withLock })
  }

  get state() {
    return pushState(this.browser.facts(), this.here !== null)
  }

  /** Find out which of the devices this browser is. */
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

  /** Send a push to a device, and say what became of it. */
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

  /** Do something to a device; what goes wrong is said at it. Resolves with whether it went well. */
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
      // An error of our own has a word as its code; one of the browser has a number, or none.
      this.problem = typeof error.code === "string" ? error.message : whyNot(error.name)
    } finally {
      this.isBusy = false
      this.changed()
    }
  }
}
