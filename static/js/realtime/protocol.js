// The wire format of docs/protocol.md, version 1, without any I/O.

export const PROTOCOL = 1

/** The close codes with a meaning of their own. */
export const CLOSES = {
  tooSlow: 4008,
  silent: 4009,
  closedByStaff: 4010,
  restarting: 4012,
  notOurProtocol: 4500,
  signedOut: 4501,
  tooManyLinks: 4504,
  abuse: 4508,
}

/** Return whether to reconnect: not after 4500 to 4999. All others, mostly 1006, are the network or a restart. */
export function mayComeBack(code) {
  return code < 4500 || code > 4999
}

/** The error of a command. `retry`: the same command may succeed later, after `retryAfter` seconds. */
export class CommandError extends Error {
  constructor({ code, message = "", retry = false, retry_after: retryAfter = null }) {
    super(message || code)
    this.code = code
    this.retry = retry
    this.retryAfter = retryAfter
  }
}

export function encode(ref, type, topic, data = {}) {
  return JSON.stringify(topic ? { ref, type, topic, data } : { ref, type, data })
}

/** Decode the lines of a frame. A line that is not JSON is skipped: the next heartbeat reveals what it contained. */
export function decode(frame) {
  return frame.split("\n").map(parse).filter(isObject)
}

export function isReply(object) {
  return "ok" in object || "error" in object
}

function parse(line) {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
