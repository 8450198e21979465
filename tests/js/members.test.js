import assert from "node:assert/strict"
import test from "node:test"
import { Members } from "../../static/js/models/members.js"

const member = (id, fields = {}) => ({ user: { id, name: `Person ${id}` }, role: "member", active: true, ...fields })

test("a normal room has all members, and counts joins and leaves", () => {
  const members = new Members()
  members.takeAll([member(1), member(2)])
  assert.equal(members.arePartial, false)
  members.apply(member(3))
  assert.equal(members.size, 3)
  members.apply(member(2, { active: false }))
  assert.equal(members.size, 2)
})

test("of a large room some are loaded and all are counted", () => {
  const members = new Members()
  members.takeAll([member(1), member(2)], 5000)
  assert.deepEqual([members.all.length, members.size, members.arePartial], [2, 5000, true])
  members.apply(member(70, { role: "moderator" }))
  assert.deepEqual([members.all.length, members.size], [3, 5000])
  members.apply(member(71, { active: false }))
  assert.equal(members.size, 4999)
  members.apply(member(1, { active: false }))
  assert.equal(members.size, 4998)
})

test("an unknown user is no member of a small room; in a large one the server decides", () => {
  const loaded = member(1, { role: "owner" })
  const [small, large] = [new Members(), new Members()]
  small.takeAll([loaded])
  large.takeAll([loaded], 500)
  const asked = { role: "moderator", active: true }
  for (const members of [small, large])
    assert.deepEqual(members.membership(1, asked), { isMember: true, role: "owner" }, "what was heard last holds")
  assert.deepEqual(small.membership(2, asked), { isMember: false, role: undefined })
  assert.deepEqual(large.membership(2), { isMember: undefined, role: undefined })
  assert.deepEqual(large.membership(2, asked), { isMember: true, role: "moderator" })
  assert.deepEqual(large.membership(2, { role: "member", active: false }), { isMember: false, role: undefined })
  small.apply(member(1, { active: false }))
  assert.equal(small.membership(1, asked).isMember, false)
})
