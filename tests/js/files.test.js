import assert from "node:assert/strict"
import test from "node:test"
import { imageWidths, rowLengths, shownSize } from "../../static/js/helpers/file-layout.js"
import { durationText, fileSize, filesText, kindOf, splitName } from "../../static/js/helpers/file-words.js"
import { isLongText, textFile } from "../../static/js/helpers/long-text.js"
import { decodeThumbhash } from "../../static/js/helpers/thumbhash.js"

const bytesOf = hash => Uint8Array.from(atob(hash), char => char.charCodeAt(0))

test("an image is shown as large as fits, never larger than it is, and never too thin", () => {
  assert.deepEqual(shownSize({ width: 1600, height: 1000 }), { width: 420, height: 263 })
  assert.deepEqual(shownSize({ width: 200, height: 100 }), { width: 200, height: 100 })
  assert.deepEqual(shownSize({ width: 100, height: 5000 }), { width: 64, height: 320 })
  assert.deepEqual(shownSize({}), { width: 420, height: 236 })
})

test("rows have up to four images, and no row is short", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 7].map(count => rowLengths(count).join("")),
    ["1", "22", "333", "2222", "22333", "3334444"],
  )
  for (let count = 5; count <= 20; count += 1) {
    const lengths = rowLengths(count)
    assert.equal(lengths.length, count)
    assert.ok(lengths.every(length => length <= 4))
  }
})

test("a cropped image is loaded as wide as it is shown before the crop", () => {
  assert.deepEqual(imageWidths({ width: 2000, height: 1000 }, 2), { small: 480, large: 1920, shown: 420 })
  assert.deepEqual(imageWidths({ width: 1000, height: 2000 }, 1), { small: 240, large: 960, shown: 160 })
})

test("sizes are short", () => {
  assert.deepEqual([0, 1, 999, 1000, 1234, 9_960, 48_213, 999_600, 3_400_000, 2.5e9].map(fileSize), [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1 kB",
    "1.2 kB",
    "10 kB",
    "48 kB",
    "1 MB",
    "3.4 MB",
    "2.5 GB",
  ])
})

test("long names keep their end, and no character is split", () => {
  assert.deepEqual(splitName("notes.txt"), ["notes.txt", ""])
  assert.deepEqual(splitName(`${"a".repeat(60)}-corrected.pdf`), [`${"a".repeat(60)}-c`, "orrected.pdf"])
  assert.deepEqual(splitName("🎉".repeat(50)), ["🎉".repeat(38), "🎉".repeat(12)])
})

test("durations", () => {
  assert.deepEqual([0, 6.6, 65, 3723, undefined, Infinity].map(durationText), [
    "0:00",
    "0:07",
    "1:05",
    "1:02:03",
    "0:00",
    "0:00",
  ])
})

test("the words for a message without text", () => {
  const image = { kind: "image", name: "a.jpg" }
  assert.equal(filesText([image]), "Picture")
  assert.equal(filesText([image, image]), "2 pictures")
  assert.equal(filesText([image, { kind: "other", name: "b.pdf" }]), "2 files")
  assert.equal(filesText([{ kind: "audio", voice: true, name: "v.webm" }]), "Voice message")
  assert.equal(filesText([{ kind: "other", name: "b.pdf" }]), "b.pdf")
  assert.equal(filesText(undefined), "")
})

test("the kind of a file by its type", () => {
  assert.deepEqual(["image/png", "text/csv", "application/pdf", "", undefined].map(kindOf), [
    "image",
    "text",
    "other",
    "other",
    "other",
  ])
})

// The pixels are those of the reference implementation, thumbhash 0.1.1.
test("a thumbhash is decoded as by its inventor", () => {
  const wide = decodeThumbhash(bytesOf("3wcKPZpwd3dwh4eHd3d3h4CACPeH"), 32)
  assert.deepEqual([wide.width, wide.height], [32, 23])
  assert.deepEqual([...wide.pixels.slice(0, 4), ...wide.pixels.slice(-4)], [0, 0, 122, 255, 235, 240, 86, 255])
  const clear = decodeThumbhash(bytesOf("3weKLRILgIeAh3d3eICACPiHcHB3iIeHeA=="), 32)
  assert.deepEqual([...clear.pixels.slice(0, 4), ...clear.pixels.slice(-4)], [29, 19, 119, 187, 245, 235, 133, 187])
})

test("a text of more than 2,000 characters or 30 lines is long, and becomes a file", async () => {
  const lines = count => Array.from({ length: count }, (_, line) => `${line}\n`).join("")
  assert.deepEqual(["a".repeat(2_000), "a".repeat(2_001), lines(30), lines(31), ""].map(isLongText), [
    false,
    true,
    false,
    true,
    false,
  ])
  const file = textFile("Zoë\n")
  assert.deepEqual([file.name, file.type, await file.text()], ["Pasted text.txt", "text/plain", "Zoë\n"])
})
