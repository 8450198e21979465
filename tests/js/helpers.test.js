import assert from "node:assert/strict"
import test from "node:test"
import {
  complete,
  findToken,
  suggestEmoji,
  suggestPeople,
  suggestsEverybody,
} from "../../static/js/helpers/completion.js"
import { bestMatches } from "../../static/js/helpers/fuzzy-match.js"
import { fill } from "../../static/js/helpers/http.js"
import { hue, initials, listNames, roomLabel, roomTitle } from "../../static/js/helpers/names.js"
import { plainText } from "../../static/js/helpers/plain-text.js"
import {
  bareClockTime,
  clockTime,
  dayKey,
  dayName,
  fullTime,
  STYLES,
  secondsTime,
  secondsUntil,
  soonName,
  timeIn,
} from "../../static/js/helpers/time.js"

const tokenIn = text => findToken(text, text.length)
const person = (id, username, name) => ({ id, username, name })
const ada = person(1, "ada", "Ada Lovelace")
const people = [ada, person(2, "grace", "Grace Hopper"), person(3, "hal", "Hal Abelson")]

test("a name is completed behind @ at a word's beginning, an emoji behind : and two letters", () => {
  assert.deepEqual(tokenIn("hi @gr"), { sign: "@", query: "gr", start: 3, end: 6 })
  assert.equal(tokenIn("@").query, "")
  assert.equal(tokenIn("(:ta").query, "ta")
  for (const text of ["mail@example", "10:30", "hi :", "hi :t", "@gr now", "https://x"])
    assert.equal(tokenIn(text), null, text)
})

test("a name is completed in every script and beside every sign, and not in an address", () => {
  for (const text of ["请@ad", "“@ad", "—@ad", ".@ad", "*@ad", "ל@ad", "@ad"])
    assert.equal(tokenIn(text)?.query, "ad", text)
  assert.equal(tokenIn("@हिन्दी").query, "हिन्दी")
  for (const text of ["größe@ad", "почта@ad", "a+@ad", "a@b@ad"]) assert.equal(tokenIn(text), null, text)
})

test("names are found in any case and with or without accents, composed or not", () => {
  const names = ["Иван", "Örs", "IŞIK", "Straße", "Ἀθηνᾶς", "हिन्दी", "がく"]
  for (const query of ["иван", "örs", "ors", "o\u0308rs", "ışık", "STRASSE", "αθηνας", "हिन्दी", "がく"])
    assert.equal(bestMatches(query, names, name => [name], 9).length, 1, query)
  const found = query => suggestPeople(tokenIn(`@${query}`).query, [person(4, "örs", "Çelik Örs")], 1).length
  assert.deepEqual([found("ÖR"), found("cel"), found("x")], [1, 1, 0])
})

test("completing replaces the word and goes on behind one space", () => {
  const token = findToken("hi @gr and more", 6)
  assert.deepEqual(complete("hi @gr and more", token, "@grace"), { text: "hi @grace and more", caret: 10 })
  assert.deepEqual(complete("@g", tokenIn("@g"), "@grace"), { text: "@grace ", caret: 7 })
})

test("people are found by username and by each of their names, without oneself", () => {
  const found = query => suggestPeople(query, people, ada.id).map(({ username }) => username)
  assert.deepEqual(
    [found("h"), found("hop"), found("opp"), found("ada"), found("")],
    [["hal", "grace"], ["grace"], ["grace"], [], ["grace", "hal"]],
  )
})

test("deactivated users are not suggested", () => {
  const gone = { ...person(9, "gone", "Gone"), deactivated: true }
  assert.deepEqual(suggestPeople("g", [gone], ada.id), [])
})

test("emoji are found by any part of their name, the beginning first", () => {
  const emoji = [
    ["party_face", "a"],
    ["tada", "b"],
    ["face_with_tada", "c"],
  ]
  assert.deepEqual(
    suggestEmoji("tad", emoji).map(([, character]) => character),
    ["b", "c"],
  )
})

test("emoji are found by keywords, and the most used come first", () => {
  const emoji = [
    ["partly_sunny", "⛅", "", "", 2],
    ["partying_face", "🥳", "", "party celebrate", 0],
    ["tada", "🎉", "party_popper", "party celebrate", 4],
  ]
  const found = (query, used) => suggestEmoji(query, emoji, used).map(([, character]) => character)
  assert.deepEqual(found("par", ["🎉"]), ["🎉", "⛅", "🥳"])
  assert.deepEqual(found("party"), ["🥳", "🎉"])
  assert.deepEqual(found("popper"), ["🎉"])
})

test("rooms are found from the beginning, a word, the middle, the letters in order", () => {
  const names = ["old-general", "general", "regenerate", "go-east-now-ever", "random"]
  assert.deepEqual(
    bestMatches("gene", names, name => [name], 9),
    ["general", "old-general", "regenerate", "go-east-now-ever"],
  )
})

test("a first name that is typed in whole comes first, and people come before rooms", () => {
  const names = ["Mary, Zoe", "marketing", "Maryland office", "Mary Solberg"]
  const rankOf = name => ["Mary Solberg", "marketing", "Maryland office", "Mary, Zoe"].indexOf(name)
  const found = query => bestMatches(query, names, name => [name], 9, rankOf)
  assert.deepEqual(found("mary"), ["Mary Solberg", "Mary, Zoe", "Maryland office"])
  assert.deepEqual(found("mar")[0], "Mary Solberg")
})

test("words are found in any order, and things by any of their names", () => {
  const things = [
    ["Ada Lovelace", "countess"],
    ["Love of adverts", "x"],
    ["Grace Hopper", "grace"],
  ]
  const found = query => bestMatches(query, things, names => names, 9).map(([name]) => name)
  assert.deepEqual(
    [found("lace ada"), found("countess"), found("lace grace")],
    [["Ada Lovelace"], ["Ada Lovelace"], []],
  )
})

test("initials and hues are those of the server", () => {
  assert.deepEqual(["Ada Lovelace", "Linus", "  ", "“Zoe” Okafor", "Élan Ö"].map(initials), [
    "AL",
    "LI",
    "?",
    "ZO",
    "ÉÖ",
  ])
  assert.deepEqual([1, 2, 7].map(hue), [17, 10, 23])
  assert.deepEqual(["6f1c3e0a-0000-4000-8000-00000000000a", "zoé"].map(hue), [10, 21])
})

test("a conversation is called by the others' names", () => {
  assert.equal(roomTitle({ kind: "direct", name: "", people }, ada), "Ada Lovelace, Grace Hopper, Hal Abelson")
  assert.equal(roomTitle({ kind: "direct", name: "", people: [] }, ada), "Ada Lovelace")
  assert.equal(roomTitle({ kind: "public", name: "general", people: [] }, ada), "general")
})

test("three names are listed, more are several people", () => {
  assert.deepEqual([["A"], ["A", "B"], ["A", "B", "C", "D"]].map(listNames), ["A", "A and B", "Several people"])
})

test("a message's words are read without its marks", () => {
  assert.equal(
    plainText("<p>1 &lt; 2 &amp;amp;<br>and <strong>more</strong></p><ul><li>x</li></ul>"),
    "1 < 2 &amp; and more x",
  )
})

test("days have names: today, yesterday, or the date", () => {
  const now = new Date(2026, 10, 20, 12)
  const at = (day, month = 10, year = 2026) => dayName(new Date(year, month, day, 9).toISOString(), now)
  assert.deepEqual([at(20), at(19), at(17)], ["Today", "Yesterday", "Tuesday, 17 November"])
  assert.equal(at(31, 11, 2025), "Wednesday, 31 December 2025")
  assert.equal(dayKey(new Date(2026, 0, 5).toISOString()), "2026-01-05")
})

test("times are written by 24 hours, or by 12, as the server writes them", () => {
  const at = (hour, minute) => new Date(2026, 10, 19, hour, minute, 7)
  const write = with12Hours => [at(0, 5), at(9, 15), at(12, 0), at(23, 59)].map(date => clockTime(date, with12Hours))
  assert.deepEqual(write(false), ["00:05", "09:15", "12:00", "23:59"])
  assert.deepEqual(write(true), ["12:05 AM", "9:15 AM", "12:00 PM", "11:59 PM"])
  assert.deepEqual([bareClockTime(at(21, 5), true), bareClockTime(at(21, 5), false)], ["9:05", "21:05"])
  assert.deepEqual([secondsTime(at(21, 5), true), secondsTime(at(21, 5), false)], ["9:05:07 PM", "21:05:07"])
})

test("a time of another day is written with its day, in the server's words", () => {
  const then = new Date(2025, 8, 4, 9, 15)
  const clock = clockTime(then)
  assert.equal(fullTime(then), `Thursday, 4 September 2025 at ${clock}`)
  const written = ["short", "words", "sentence", "date"].map(style => STYLES[style](then))
  const words = `n Thursday, 4 September 2025, at ${clock}`
  assert.deepEqual(written, [`Thu 4 Sep, ${clock}`, `o${words}`, `O${words}`, "4 September 2025"])
})

test("seconds are counted up to whole ones, never below none", () => {
  assert.deepEqual([secondsUntil(2_500, 0), secondsUntil(1, 0), secondsUntil(0, 9)], [3, 1, 0])
})

test("addresses are filled in", () => {
  assert.equal(fill("/rooms/{room}/messages/{message}/", { room: 7, message: 9 }), "/rooms/7/messages/9/")
})

test("@room is offered as soon as it may be meant", () => {
  assert.deepEqual(["", "r", "room", "roo", "rooms", "ada"].map(suggestsEverybody), [
    true,
    true,
    true,
    true,
    false,
    false,
  ])
})

test("a near time has its weekday only on another day", () => {
  const now = new Date(2026, 10, 20, 15, 0)
  const [today, tomorrow] = [new Date(2026, 10, 20, 16, 5), new Date(2026, 10, 21, 9, 0)]
  assert.equal(soonName(today, now), clockTime(today))
  assert.equal(soonName(tomorrow, now), `Saturday ${clockTime(tomorrow)}`)
})

test("the time of another zone comes with its day where that is another than the reader's", () => {
  const noon = new Date("2026-11-27T12:00:00Z")
  const day = dayKey(noon) === "2026-11-27" ? "" : "Friday "
  assert.equal(timeIn("Asia/Tokyo", noon, false), `${day}21:00`)
  assert.equal(timeIn("Asia/Tokyo", noon, true), `${day}9:00 PM`)
  // In any time zone, it is another day at one end of the world.
  const morning = new Date("2026-11-27T10:30:00Z")
  const ends = ["Pacific/Kiritimati", "Pacific/Pago_Pago"].map(zone => timeIn(zone, morning, false))
  assert.ok(ends.includes("Saturday 00:30") || ends.includes("Thursday 23:30"), String(ends))
  assert.equal(timeIn("Nowhere/Land", noon), null)
})

test("only a public room has the sign of one", () => {
  const labels = ["public", "private", "direct"].map(kind => roomLabel({ kind, title: "Launch plan" }))
  assert.deepEqual(labels, ["# Launch plan", "Launch plan", "Launch plan"])
})
