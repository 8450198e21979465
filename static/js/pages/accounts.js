// The scripts of sign-up, sign-in and the profile page, which work without them, too.

import { localData } from "../helpers/browser-data.js"
import { offerCopies } from "../helpers/copy-buttons.js"
import { t } from "../helpers/i18n.js"
import "../helpers/local-time.js"
import { forgetWorker } from "../helpers/push-subscription.js"
import { soonName } from "../helpers/time.js"

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Fill the hidden field of sign-up with the browser's time zone. */
function guessTimeZone() {
  for (const input of document.querySelectorAll("[data-guess=time-zone]")) input.value = zone
}

/** Offer the browser's time zone if another one is chosen. */
function offerTimeZone() {
  const offer = document.querySelector("[data-zone-guess]")
  const select = document.querySelector("select[name=time_zone]")
  const option = [...(select?.options ?? [])].find(({ value }) => value === zone)
  if (!offer || !option || select.value === zone) return
  offer.querySelector("[data-zone]").textContent = zone.replaceAll("_", " ")
  offer.querySelector("button").addEventListener("click", () => {
    select.value = zone
    select.focus()
    offer.hidden = true
  })
  offer.hidden = false
}

/** Add a button beside every password field that shows the password. */
function offerPasswords() {
  for (const input of document.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "link show-password"
    button.textContent = t("Show")
    button.setAttribute("aria-label", t("Show password"))
    button.addEventListener("click", () => {
      const shown = input.type === "text"
      input.type = shown ? "password" : "text"
      button.textContent = shown ? t("Show") : t("Hide")
      button.setAttribute("aria-label", shown ? t("Show password") : t("Hide password"))
    })
    const frame = document.createElement("div")
    frame.className = "password-frame"
    input.replaceWith(frame)
    frame.append(input, button)
  }
}

/** Focus the first field with an error. */
function goToError() {
  document.querySelector("main [aria-invalid=true]")?.focus()
}

/**
 * Show that unsent messages of an ended session are kept for their author. On a shared computer anybody may delete
 * them.
 */
async function showUnsent() {
  const notice = document.querySelector("[data-unsent]")
  const until = notice && (await localData.wait())
  if (!until) return
  const at = new Date(until)
  Object.assign(notice.querySelector("time"), { dateTime: at.toISOString(), textContent: soonName(at) })
  notice.querySelector("button").addEventListener("click", async () => {
    await Promise.all([localData.clear(), forgetWorker()])
    notice.replaceChildren(Object.assign(document.createElement("p"), { textContent: t("Deleted.") }))
    notice.setAttribute("role", "status")
  })
  notice.hidden = false
}

guessTimeZone()
offerTimeZone()
offerCopies()
offerPasswords()
goToError()
showUnsent()
