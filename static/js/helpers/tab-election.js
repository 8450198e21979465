import { tabChannel } from "./browser.js"

const HELD_MS = 60_000
const UNDECIDED_MS = 40

/**
 * Elect one tab of this browser for a task: the first to ask. `isElected(name, after)` resolves with whether it is this
 * tab; the most suitable tab has the shortest delay.
 *
 * The lock is held for a while, for tabs that learn of the task later. Pages without TLS have no locks: there the tabs
 * use a channel, and a random number decides between simultaneous requests.
 */
export function tabElection(scope) {
  return navigator.locks ? byLock(scope) : byChannel(scope)
}

function byLock(scope) {
  return async (name, after) => {
    await pause(after)
    return new Promise(resolve => {
      const request = navigator.locks.request(`${scope}-${name}`, { ifAvailable: true }, lock => {
        resolve(Boolean(lock))
        return lock && pause(HELD_MS)
      })
      // If the browser refuses the lock: better two tabs than none.
      request.catch(() => resolve(true))
    })
  }
}

function byChannel(scope) {
  const lots = new Map()
  const channel = tabChannel(scope)
  const note = (name, lot) => {
    if (!lots.has(name)) setTimeout(() => lots.delete(name), HELD_MS)
    lots.set(name, Math.max(lot, lots.get(name) ?? 0))
  }
  channel.received = ({ name, lot }) => note(name, lot)
  return async (name, after) => {
    await pause(after)
    if (lots.has(name)) return false
    const lot = Math.random()
    note(name, lot)
    channel.send({ name, lot })
    await pause(UNDECIDED_MS)
    return lots.get(name) === lot
  }
}

function pause(milliseconds) {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
