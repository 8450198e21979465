import assert from "node:assert/strict"
import test from "node:test"
import { Emitter } from "../../static/js/helpers/emitter.js"
import { refuseFile } from "../../static/js/helpers/file-limits.js"
import { SafeStorage } from "../../static/js/helpers/safe-storage.js"
import { Drafts } from "../../static/js/models/drafts.js"
import { FileTray } from "../../static/js/models/file-tray.js"

const LIMITS = { megabytes: 100, quota: 2_000, left: 250e6, site_left: null, types: [], most: 20 }

class FakeUploads extends Emitter {
  all = new Map()
  cancelled = []

  get(key) {
    return this.all.get(key) ?? null
  }

  add({ name, size, type }) {
    const key = `k${this.all.size}`
    this.all.set(key, Object.freeze({ key, name, size, type, facts: {}, state: "uploading", sent: 0, error: null }))
    this.changed()
    return key
  }

  cancel(key) {
    this.cancelled.push(key)
    this.all.delete(key)
  }
}

/** The tray of a page; `here.room` is the room that it shows. */
function page({ limits = LIMITS, renewed = null } = {}) {
  const here = { room: 1 }
  const drafts = new Drafts({ id: 7 }, new SafeStorage(() => null))
  const uploads = new FakeUploads()
  const tray = new FileTray({
    uploads,
    drafts,
    place: () => here.room,
    limits: () => here.limits ?? limits,
    renewLimits: async () => {
      here.limits = renewed
      return renewed
    },
  })
  return { here, drafts, uploads, tray, names: () => tray.files.map(({ name }) => name) }
}

const file = (name, megabytes = 1, type = "") => ({ name, size: megabytes * 1e6, type })
const codeOf = (one, limits) => refuseFile(one, { ...LIMITS, ...limits })?.code ?? null

test("each limit has a sentence that says what is accepted", () => {
  const texts = [
    refuseFile(file("film.mkv", 101), LIMITS),
    refuseFile(file("a.exe"), { ...LIMITS, types: ["image/*", ".csv"] }),
    refuseFile(file("b.bin", 60), LIMITS, 200e6),
    refuseFile(file("c.bin", 60), { ...LIMITS, left: null, site_left: 1e6 }),
  ].map(({ message }) => message)
  assert.match(texts[0], /film\.mkv.*100 MB/)
  assert.match(texts[1], /a\.exe.*image\/\*, \.csv/)
  assert.match(texts[2], /50 MB left of 2,000 MB/)
  assert.match(texts[3], /no room/)
  assert.equal(codeOf(file("a.bin", 100)), null)
})

test("types are compared as the server does", () => {
  const types = ["image/*", "application/pdf", ".csv"]
  for (const allowed of [file("x", 1, "image/png"), file("x", 1, "Application/PDF; q=1"), file("X.CSV")])
    assert.equal(codeOf(allowed, { types }), null)
  for (const other of [file("x.pdf"), file(".csv"), file("x", 1, "images/png"), file("x.csv.exe")])
    assert.equal(codeOf(other, { types }), "type_not_allowed")
})

test("files are added, moved, described and removed, and each room has its own", async () => {
  const { here, drafts, uploads, tray, names } = page()
  await tray.add([file("a"), file("b"), file("c")])
  tray.move("k2", -2)
  tray.move("k0", 5)
  tray.describe("k1", " The harbour ")
  assert.deepEqual(names(), ["c", "b", "a"])
  assert.equal(tray.files[1].description, "The harbour")
  here.room = 2
  assert.deepEqual(names(), [])
  here.room = 1
  tray.remove("k2")
  assert.deepEqual([names(), uploads.cancelled], [["b", "a"], ["k2"]])
  const taken = tray.take()
  assert.deepEqual(taken, [
    { key: "k1", description: "The harbour" },
    { key: "k0", description: "" },
  ])
  assert.deepEqual([names(), uploads.all.size], [[], 2])
  here.room = 2
  drafts.giveBack(1, "text", taken)
  here.room = 1
  assert.deepEqual(names(), ["b", "a"])
})

test("a message has a limited number of files; the others are refused once", async () => {
  const { tray } = page()
  await tray.add(Array.from({ length: 23 }, (_, index) => file(`f${index}`, 0.001)))
  assert.equal(tray.files.length, 20)
  assert.match(tray.refusals.join(), /^A message has at most 20 files/)
  tray.dismissRefusals()
  await tray.add([{ ...file("folder"), isFolder: true }])
  assert.match(tray.refusals[0], /at most/)
})

test("files of one choice share the space that is left, and space that became free counts", async () => {
  const { tray, names } = page({ renewed: { ...LIMITS, left: 20e6 } })
  await tray.add([file("a", 90), file("b", 90), file("c", 90), file("d", 15)])
  assert.deepEqual([names(), tray.refusals.length], [["a", "b", "d"], 1])
})

test("a failed upload prevents sending until it is removed", async () => {
  const { tray, uploads } = page()
  const [key] = await tray.add([file("a")])
  assert.equal(tray.isSendable, true)
  uploads.all.set(key, { ...uploads.get(key), state: "failed", error: { code: "x", message: "No." } })
  assert.equal(tray.isSendable, false)
  tray.remove(key)
  assert.equal(tray.isSendable, true)
})
