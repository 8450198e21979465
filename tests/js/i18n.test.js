import assert from "node:assert/strict"
import test from "node:test"
import { inContext, plural, rich, t } from "../../static/js/helpers/i18n.js"

test("without a catalogue a text is itself, with its placeholders filled in", () => {
  assert.equal(t("Save"), "Save")
  assert.equal(t("Muted until {time}", { time: "09:15" }), "Muted until 09:15")
  assert.equal(t("{count} in {nowhere}", { count: 0 }), "0 in {nowhere}")
  assert.equal(inContext("a verb", "Open"), "Open")
  assert.equal(plural("{count} message", "{count} messages", 1), "1 message")
  assert.equal(plural("{count} message", "{count} messages", 1200), "1,200 messages")
})

test("a text with parts keeps them as they are", () => {
  const part = { of: "lit-html" }
  assert.deepEqual(rich("Beginning of {room}.", { room: part }), ["Beginning of ", part, "."])
})

test("with a catalogue texts are translated, and what it lacks is shown in English", async () => {
  globalThis.hubbubCatalogue = {
    language: "de",
    messages: {
      Save: "Speichern",
      "a verb\u0004Open": "Öffnen",
      "{count} message": { one: "{count} Nachricht", other: "{count} Nachrichten" },
      "Beginning of {room}.": "{room} beginnt hier.",
      Cancel: "",
    },
  }
  const german = await import("../../static/js/helpers/i18n.js?german")
  assert.equal(german.t("Save"), "Speichern")
  assert.equal(german.t("Open"), "Open")
  assert.equal(german.t("Cancel"), "Cancel")
  assert.equal(german.inContext("a verb", "Open"), "Öffnen")
  assert.equal(german.plural("{count} message", "{count} messages", 1), "1 Nachricht")
  assert.equal(german.plural("{count} message", "{count} messages", 1200), "1.200 Nachrichten")
  assert.deepEqual(german.rich("Beginning of {room}.", { room: 7 }), ["", 7, " beginnt hier."])
  assert.equal(german.LOCALE, "de")
  delete globalThis.hubbubCatalogue
})

test("values are put in once: braces in them are theirs", () => {
  assert.equal(t("{name} joined", { name: "{name}" }), "{name} joined")
})
