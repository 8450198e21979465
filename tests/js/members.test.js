import assert from "node:assert/strict"
import test from "node:test"
import { Members } from "../../static/js/models/members.js"

const member = (id, fields = {}) => ({ user: { id, name: `Person ${id}` }, role: "member", active: true, ...fields })

test("a usual room has all of its people, and counts who comes and goes", () => {
  const members = new Members()
  members.takeAll([member(1), member(2)])
  assert.equal(members.arePartial, false)
  members.hear(member(3))
  assert.equal(members.size, 3)
  members.hear(member(2, { active: false }))
  assert.equal(members.size, 2)
})

test("of a large room some are loaded and all are counted", () => {
  const members = new Members()
  members.takeAll([member(1), member(2)], 5000)
  assert.deepEqual([members.all.length, members.size, members.arePartial], [2, 5000, true])
  members.hear(member(70, { role: "moderator" }))
  assert.deepEqual([members.all.length, members.size], [3, 5000])
  members.hear(member(71, { active: false }))
  assert.equal(members.size, 4999)
  members.hear(member(1, { active: false }))
  assert.equal(members.size, 4998)
})
