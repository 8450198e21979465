/** Functions that some browsers lack, or pages without TLS (as in a home network). */

/** A UUID of version 4. crypto.randomUUID is for secure pages only. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

/** Run work in one tab at a time. Without locks all tabs may: a message's key prevents duplicates. */
export function oneTabAtATime(name, locks = globalThis.navigator?.locks) {
  return async work => {
    if (!locks) return work()
    let isBegun = false
    const begin = () => {
      isBegun = true
      return work()
    }
    try {
      return await locks.request(name, begin)
    } catch (error) {
      // If the browser refuses the lock, the work must be done all the same.
      if (isBegun) throw error
      return work()
    }
  }
}

/**
 * A channel to the other tabs of this browser: `send` sends, `received` is called. Without BroadcastChannel nothing is
 * sent.
 */
export function tabChannel(name) {
  const channel = openChannel(name)
  const send = news => {
    try {
      channel?.postMessage(news)
    } catch {
      // The other tabs find out from the server.
    }
  }
  const ends = { received() {}, send }
  if (channel) channel.onmessage = ({ data }) => ends.received(data)
  return ends
}

function openChannel(name) {
  try {
    return new BroadcastChannel(name)
  } catch {
    return null
  }
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text) {
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" })
  const focused = document.activeElement
  document.body.append(area)
  area.select()
  const done = document.execCommand("copy")
  area.remove()
  focused?.focus()
  return done
}

export const systemClock = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (act, delay) => globalThis.setTimeout(act, delay),
  clearTimeout: id => globalThis.clearTimeout(id),
}

export const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "")
