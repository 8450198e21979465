import assert from "node:assert/strict"
import test from "node:test"
import { reportBug } from "../../static/js/helpers/bug-reports.js"
import { HttpError } from "../../static/js/helpers/http.js"
import { reportErrors } from "../../static/js/helpers/page-errors.js"
import { CommandError } from "../../static/js/realtime/protocol.js"

function watchedPage() {
  const sent = []
  const target = new EventTarget()
  const send = async (_, body) => sent.push(body)
  reportErrors("/page-errors.json", { send, target, path: () => "/rooms/1/" })
  const dispatch = (type, detail) => target.dispatchEvent(Object.assign(new Event(type), detail))
  const fails = (message, stack = "at app.js:1") => dispatch("error", { message, error: { stack } })
  return { sent, fails, dispatch, messages: () => sent.map(({ message }) => message) }
}

test("an uncaught error is reported once, with its stack", () => {
  const page = watchedPage()
  page.fails("TypeError: no")
  page.fails("TypeError: no")
  assert.deepEqual(page.sent, [{ message: "TypeError: no", stack: "at app.js:1", path: "/rooms/1/" }])
})

test("so is an unhandled rejection", () => {
  const page = watchedPage()
  page.dispatch("unhandledrejection", { reason: new TypeError("no") })
  page.dispatch("unhandledrejection", { reason: undefined })
  assert.deepEqual(page.messages(), ["TypeError: no", "undefined"])
})

test("a page reports at most five errors, shortened, and no harmless ones", () => {
  const page = watchedPage()
  page.fails("ResizeObserver loop completed with undelivered notifications.")
  page.fails("Script error.")
  for (let number = 0; number < 9; number += 1) page.fails(`${number}${"x".repeat(9_000)}`)
  assert.deepEqual(
    page.messages().map(message => [message[0], message.length]),
    ["0", "1", "2", "3", "4"].map(number => [number, 2_000]),
  )
})

test("a caught bug is reported, a server's refusal is not", () => {
  const reported = []
  for (const error of [new TypeError("ours"), new CommandError({ code: "archived" }), new HttpError("offline", "No.")])
    reportBug(error, ({ message }) => reported.push(message))
  assert.deepEqual(reported, ["ours"])
})
