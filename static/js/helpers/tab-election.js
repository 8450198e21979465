import { tabChannel } from "./browser.js"

const HELD_MS = 60_000
const UNDECIDED_MS = 40

/**
 * One tab of this browser does a thing, and which: the one that asks first. `isElected(name, after)` resolves with whether
 * it is this tab's; who would do it best asks soonest.
 *
 * A lock is kept for a while, so that a tab that hears of the thing later finds it taken. Pages without TLS have no locks:
 * there the tabs tell each other, and two that ask in the same moment settle it by lot.
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
      // A browser that refuses the lock: better in two tabs than in none.
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
    channel.tell({ name, lot })
    await pause(UNDECIDED_MS)
    return lots.get(name) === lot
  }
}

function pause(milliseconds) {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
