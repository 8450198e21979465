import assert from "node:assert/strict"
import test from "node:test"
import { MOST_COUNTED, Unread } from "../../static/js/models/unread.js"

const ME = 1

/** A brute-force model of the server: a log of messages and a read position, counted on request. */
class Log {
  seq = 0
  readSeq = 0
  messages = []
  sent = []

  post({ mine = false, mentions = false, system = false } = {}) {
    this.seq += 1
    const { seq } = this
    this.messages.push({
      posted_seq: seq,
      seq,
      kind: system ? "system" : "text",
      author: { id: mine ? ME : 2 },
      mentions: mentions ? [ME] : [],
      deleted_at: null,
    })
    this.#send(this.messages.at(-1))
  }

  touch(message, change) {
    if (message.deleted_at) return
    this.seq += 1
    Object.assign(message, change, { seq: this.seq })
    this.#send(message)
  }

  remove(message) {
    this.touch(message, { deleted_at: "now", mentions: [] })
  }

  read(position) {
    this.readSeq = Math.max(this.readSeq, position)
  }

  entry() {
    return { seq: this.seq, last_read_seq: this.readSeq, ...this.count() }
  }

  count() {
    const waiting = this.messages.filter(
      message =>
        message.posted_seq > this.readSeq && message.kind === "text" && message.author.id !== ME && !message.deleted_at,
    )
    return { unread: waiting.length, mentions: waiting.filter(({ mentions }) => mentions.includes(ME)).length }
  }

  #send(message) {
    this.sent.push(structuredClone(message))
  }
}

function randomly(seed) {
  let state = seed
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
}

function changeLog(log, random) {
  const pick = () => log.messages[Math.floor(random() * log.messages.length)]
  const dice = random()
  if (dice < 0.5 || !log.messages.length) {
    log.post({ mine: random() < 0.2, mentions: random() < 0.2, system: random() < 0.1 })
  } else if (dice < 0.65) log.touch(pick(), { mentions: random() < 0.3 ? [ME] : [] })
  else if (dice < 0.85) log.remove(pick())
  else log.read(pick().posted_seq)
}

test("in any interleaving of events, entries and reads the count is the server's", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = randomly(seed)
    const log = new Log()
    for (let step = 0; step < 8; step += 1) changeLog(log, random)
    let unread = new Unread(ME, log.entry())
    const entries = []
    let received = log.sent.length
    let asked = false
    for (let step = 0; step < 60; step += 1) {
      const readBefore = log.readSeq
      changeLog(log, random)
      if (log.readSeq !== readBefore || random() < 0.05) entries.push(log.entry())
      if (random() < 0.5 && received < log.sent.length)
        asked = unread.apply(log.sent[received++]) === "refetch" || asked
      if (random() < 0.2 && received > 0) unread.apply(log.sent[Math.floor(random() * received)])
      if (random() < 0.4 && entries.length) unread.take(entries.shift())
      // A page that is opened offline continues from cached counts.
      if (random() < 0.1 && received > 0) unread = new Unread(ME, unread.state(log.sent[received - 1].seq))
      if (random() < 0.1 && received === log.sent.length && log.messages.length) {
        log.read(log.messages.at(-1).posted_seq)
        unread.readAll(log.messages.at(-1).posted_seq, log.seq)
        entries.push(log.entry())
      }
    }
    for (; received < log.sent.length; received += 1) asked = unread.apply(log.sent[received]) === "refetch" || asked
    for (const entry of entries) unread.take(entry)
    assert.equal(unread.count.unread, log.count().unread, `seed ${seed}`)
    if (asked) unread.take(log.entry())
    assert.deepEqual(unread.count, log.count(), `seed ${seed}`)
  }
})

test("where the server counted no further, a deletion takes nothing away until it counts anew", () => {
  const log = new Log()
  for (let number = 0; number < MOST_COUNTED + 2; number += 1) log.post()
  const entry = () => ({ ...log.entry(), unread: Math.min(log.count().unread, MOST_COUNTED) })
  const unread = new Unread(ME, entry())
  for (const message of log.messages.slice(0, 5)) {
    log.remove(message)
    unread.apply(log.sent.at(-1))
  }
  assert.equal(unread.count.unread, MOST_COUNTED)
  log.post()
  unread.apply(log.sent.at(-1))
  assert.equal(unread.count.unread, MOST_COUNTED + 1)
  unread.take(entry())
  assert.equal(unread.count.unread, MOST_COUNTED - 2)
})

test("without mentions nothing has to be asked", () => {
  const log = new Log()
  log.post()
  log.post()
  const unread = new Unread(ME, log.entry())
  log.remove(log.messages[0])
  assert.equal(unread.apply(log.sent.at(-1)), null)
  assert.deepEqual(unread.count, { unread: 1, mentions: 0 })
})

test("a deletion in an unread mention has to be asked about", () => {
  const log = new Log()
  log.post({ mentions: true })
  const unread = new Unread(ME, log.entry())
  log.remove(log.messages[0])
  assert.equal(unread.apply(log.sent.at(-1)), "refetch")
})

test("an entry that counts a message without its event is not cleared by reading", () => {
  const log = new Log()
  log.post()
  const unread = new Unread(ME, log.entry())
  log.post()
  unread.take(log.entry())
  unread.readAll(1, 1)
  assert.deepEqual(unread.count, { unread: 2, mentions: 0 })
})

test("an old entry that comes late changes nothing", () => {
  const log = new Log()
  log.post()
  const old = log.entry()
  log.post()
  const unread = new Unread(ME, log.entry())
  assert.ok(!unread.take(old))
  assert.deepEqual(unread.count, { unread: 2, mentions: 0 })
})
