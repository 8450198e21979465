/** What some browsers, or pages without TLS (a self-hosted one in a home network), do not have. */

/** A UUID of version 4. crypto.randomUUID is for secure pages only. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

/** One tab at a time does the work. Without locks all may: a message's key keeps it from being there twice. */
export function oneTabAtATime(name) {
  return work => (navigator.locks ? navigator.locks.request(name, work) : work())
}

/** Tell the other tabs of this browser: `tell` and `heard`. */
export function tabChannel(name) {
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(name) : null
  const ends = { heard() {}, tell: news => channel?.postMessage(news) }
  if (channel) channel.onmessage = ({ data }) => ends.heard(data)
  return ends
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
