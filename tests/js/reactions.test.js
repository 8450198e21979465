import assert from "node:assert/strict"
import test from "node:test"
import { History } from "../../static/js/models/history.js"
import { Reactions } from "../../static/js/models/reactions.js"

const ME = 1
const message = (position, change = {}) => ({ id: position, room: 42, posted_seq: position, seq: position, ...change })
const page = (messages, seq = 0) => ({ messages, more_before: false, more_after: false, seq })
const state = (emoji, count, since, mine) => (mine ? { emoji, count, since, mine } : { emoji, count, since })
const reaction = (seq, id, { emoji = "👍", count = 1, since = seq, by = 9, on = true } = {}) => ({
  type: "reaction",
  seq,
  data: { message: id, emoji, count, since: count ? since : null, by, on },
})

function loaded(...messages) {
  const history = new History(ME)
  history.takeLatest(page(messages))
  return history
}

test("a reaction changes its emoji, in the order in which they came, and not the message's seq", () => {
  const history = loaded(message(5))
  history.react(reaction(7, 5, { emoji: "🎉", by: ME }))
  history.react(reaction(8, 5, { emoji: "👍", since: 6, count: 2 }))
  assert.deepEqual(history.get(5).reactions, [state("👍", 2, 6), state("🎉", 1, 7, true)])
  assert.equal(history.get(5).seq, 5)
  history.react(reaction(9, 5, { emoji: "🎉", count: 0, by: ME, on: false }))
  assert.deepEqual(history.get(5).reactions, [state("👍", 2, 6)])
})

test("an old event, and an old state, change nothing", () => {
  const history = loaded(message(5))
  history.react(reaction(9, 5, { count: 3, since: 6 }))
  history.react(reaction(8, 5, { count: 2, since: 6 }))
  history.takeLatest(page([message(5, { reactions: [state("👍", 1, 6)], reactions_seq: 6 })]))
  assert.deepEqual(history.get(5).reactions, [state("👍", 3, 6)])
})

test("a fetched state brings newer reactions of a message that has not changed", () => {
  const history = loaded(message(5))
  history.takeLatest(page([message(5, { reactions: [state("👍", 1, 6, true)], reactions_seq: 6 })]))
  assert.deepEqual(history.get(5).reactions, [state("👍", 1, 6, true)])
})

test("an edit keeps the user's own mark, which no message event has", () => {
  const history = loaded(message(5))
  history.react(reaction(6, 5, { by: ME }))
  history.apply(message(5, { seq: 7, html: "new", reactions: [state("👍", 1, 6)], reactions_seq: 6 }))
  assert.deepEqual(
    history.get(5),
    message(5, { seq: 7, html: "new", reactions: [state("👍", 1, 6, true)], reactions_seq: 6 }),
  )
  history.apply(message(5, { seq: 9, deleted_at: "now" }))
  history.react(reaction(8, 5, { by: 9, count: 2, since: 6 }))
  assert.equal(history.get(5).reactions, undefined)
})

test("the own reaction to a message that comes later, after an edit, is marked", () => {
  const history = loaded(message(4))
  history.react(reaction(6, 5, { by: ME }))
  history.react(reaction(7, 5, { by: ME, emoji: "🎉" }))
  history.react(reaction(8, 5, { by: ME, emoji: "🎉", count: 0, on: false }))
  history.apply(message(5, { seq: 9, reactions: [state("👍", 1, 6)], reactions_seq: 8 }))
  assert.deepEqual(history.get(5).reactions, [state("👍", 1, 6, true)])
})

test("an event that arrives before the page with its message is applied to it", () => {
  const history = new History(ME)
  history.takeLatest({ ...page([message(5)]), more_before: true })
  history.react(reaction(7, 3))
  history.prepend(page([message(3), message(4, { reactions: [state("🎉", 1, 6)], reactions_seq: 6 })]))
  assert.deepEqual(history.get(3).reactions, [state("👍", 1, 7)])
  assert.deepEqual(history.get(4).reactions, [state("🎉", 1, 6)])
})

test("what the user chose is shown at once, sent, and replaced by the event", async () => {
  const sent = []
  const replies = []
  const failures = []
  const reactions = new Reactions({
    send: (_, emoji, on) => {
      sent.push([emoji, on])
      return new Promise((resolve, reject) => replies.push({ resolve, reject }))
    },
    failed: error => failures.push(error.message),
  })
  const shown = message(5, { reactions: [state("🎉", 2, 6)], reactions_seq: 6 })
  const done = reactions.toggle(shown, "🎉")
  assert.deepEqual(reactions.of(shown), [state("🎉", 3, 6, true)])
  reactions.set(shown, "🎉", true)
  assert.deepEqual(sent, [["🎉", true]])
  replies[0].resolve({ seq: 8 })
  await done
  assert.deepEqual(reactions.of(shown), [state("🎉", 3, 6, true)])
  const after = { ...shown, reactions: [state("🎉", 3, 6, true)], reactions_seq: 8 }
  assert.deepEqual(reactions.of(after), after.reactions)
  assert.equal(reactions.chosenOn(after), "")
  const undone = reactions.toggle(after, "🎉")
  assert.deepEqual(reactions.of(after), [state("🎉", 2, 6)])
  replies[1].reject(Object.assign(new Error("You're reacting too quickly."), { code: "rate_limited" }))
  await undone
  assert.deepEqual(reactions.of(after), after.reactions)
  assert.deepEqual(failures, ["You're reacting too quickly."])
})
