import assert from "node:assert/strict"
import test from "node:test"
import { decimalsOf, percentage, shortNumber } from "../../static/js/helpers/numbers.js"
import { KEPT_SECONDS, Series } from "../../static/js/models/series.js"

const NOON = Date.parse("2026-11-20T12:00:00Z")

function at(seconds) {
  return new Date(NOON + seconds * 1000).toISOString()
}

function series(latest = null) {
  const clock = { now: NOON }
  return { clock, it: new Series(latest, { now: () => clock.now }) }
}

test("a second has one point, its last", () => {
  const { it } = series({ value: 1, at: at(0) })
  it.take({ value: 2, at: at(0.25) })
  it.take({ value: 3, at: at(1) })
  assert.deepEqual(
    it.points.map(([, value]) => value),
    [2, 3],
  )
  assert.equal(it.latest.value, 3)
})

test("fetched points come before newer ones, with one point per second", () => {
  const { it } = series({ value: 3, at: at(2) })
  it.take({ value: 4, at: at(3) })
  it.fill([
    [NOON / 1000 + 1, 2],
    [NOON / 1000 + 2, 3],
  ])
  assert.deepEqual(
    it.points.map(([, value]) => value),
    [2, 3, 4],
  )
})

test("old points are dropped", () => {
  const { it, clock } = series({ value: 1, at: at(0) })
  clock.now += (KEPT_SECONDS - 1) * 1000
  it.take({ value: 2, at: at(KEPT_SECONDS - 1) })
  assert.equal(it.points.length, 2)
  clock.now += 2000
  assert.equal(it.trend, null)
  assert.equal(it.points.length, 1)
  clock.now += KEPT_SECONDS * 1000
  assert.equal(it.trend, null)
  assert.deepEqual(it.points, [])
})

test("the trend is the change since the first point, with a ratio if there is one", () => {
  const { it } = series({ value: 100, at: at(0) })
  assert.equal(it.trend, null)
  it.take({ value: 99, at: at(61) })
  assert.deepEqual(it.trend, { change: -1, ratio: -0.01, direction: -1, minutes: 2 })
  const zero = series({ value: 0, at: at(0) }).it
  zero.take({ value: 5, at: at(1) })
  assert.deepEqual(zero.trend, { change: 5, ratio: null, direction: 1, minutes: 1 })
})

test("as a table it is the last value of each minute, newest first", () => {
  const { it } = series({ value: 1, at: at(0) })
  for (const [second, value] of [
    [59, 2],
    [60, 3],
    [130, 4],
  ])
    it.take({ value, at: at(second) })
  assert.deepEqual(
    it.minutes.map(([, value]) => value),
    [4, 3, 2],
  )
  assert.deepEqual(it.range, { least: 1, most: 4 })
})

test("a stream without a value has nothing to show", () => {
  const { it } = series()
  assert.deepEqual([it.latest, it.trend, it.range, it.minutes], [null, null, null, []])
  it.take(null)
  assert.deepEqual(it.points, [])
})

test("numbers are short and keep their decimals", () => {
  assert.equal(shortNumber(1084.25), "1,084.25")
  assert.equal(shortNumber(1.098, 4), "1.0980")
  assert.equal(shortNumber(1.23456789), "1.2346")
  assert.equal(shortNumber(0), "0")
  assert.equal(shortNumber(0.00012349), "0.0001235")
  assert.equal(shortNumber(-1e300), "-1e+300")
  assert.equal(decimalsOf(1.0843), 4)
  assert.equal(decimalsOf(21.5), 1)
  assert.equal(decimalsOf(7), 0)
  assert.equal(percentage(0.00123), "0.12 %")
})
