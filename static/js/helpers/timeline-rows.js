import { dayKey } from "./time.js"

const TOGETHER_MS = 5 * 60_000

/**
 * Make the rows of the timeline, top to bottom: {kind, key, …} of kind day, new, message, system or pending. A message
 * `continues` the one above if it is by the same author, within five minutes, on the same day.
 */
export function makeRows({ messages, pending = [], newAfter = null, me }) {
  const rows = []
  const said = new Set(messages.map(({ key }) => key).filter(Boolean))
  let before = null
  const add = row => {
    rows.push(row)
    before = row.at ? row : null
  }
  for (const message of messages) {
    if (isOtherDay(rows, message.created_at)) add(day(message.created_at))
    if (startsNew(rows, message, newAfter, me)) add({ kind: "new", key: "new" })
    add(rowOf(message, before))
  }
  for (const entry of pending.filter(({ key }) => !said.has(key))) {
    const at = new Date(entry.at).toISOString()
    if (isOtherDay(rows, at)) add(day(at))
    const row = { kind: "pending", key: `k${entry.key}`, entry, author: me, at }
    add({ ...row, continues: continues(before, row) })
  }
  return rows
}

function rowOf(message, before) {
  const kind = message.kind === "system" ? "system" : "message"
  const row = { kind, key: `m${message.id}`, message, author: message.author.id, at: message.created_at }
  return { ...row, continues: kind === "message" && continues(before, row) }
}

function continues(before, row) {
  if (!before || before.kind === "system" || before.author !== row.author) return false
  return Math.abs(new Date(row.at) - new Date(before.at)) < TOGETHER_MS
}

function day(at) {
  return { kind: "day", key: `d${dayKey(at)}`, day: at }
}

function isOtherDay(rows, at) {
  const last = rows.findLast(row => row.at || row.day)
  return !last || dayKey(last.at ?? last.day) !== dayKey(at)
}

/** Whether the "New" line is above this message: the first unread one of another user. */
function startsNew(rows, message, newAfter, me) {
  if (newAfter === null || message.posted_seq <= newAfter || rows.some(({ kind }) => kind === "new")) return false
  return message.kind !== "system" && message.author.id !== me
}
