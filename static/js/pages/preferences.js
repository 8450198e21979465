// The notification settings: unsaved changes are previewed beside the buttons, and keywords are chips. The page works
// without this script, too.

import "../elements/keyword-list.js"
import { csrfToken } from "../helpers/http.js"
import { readPage } from "../helpers/trusted-types.js"

const PAUSE_MS = 400

/** Fetch a preview a moment after the last change; outdated responses are ignored. */
function previewChanges(form) {
  const place = form.querySelector("#preview")
  const summary = form.querySelector("[data-summary]")
  let asking = null
  let pause = null

  async function ask() {
    asking?.abort()
    asking = new AbortController()
    const html = await post(form.dataset.preview, new FormData(form), asking.signal)
    if (html === null) return
    const isOpen = place.querySelector("details")?.open ?? false
    place.replaceChildren(...readPage(html).body.childNodes)
    const details = place.querySelector("details")
    if (details) details.open = isOpen
    summary.textContent = place.querySelector("[data-words]")?.textContent ?? ""
  }

  form.addEventListener("input", ({ target }) => {
    if (!target.name) return
    form.classList.add("dirty")
    clearTimeout(pause)
    pause = setTimeout(ask, PAUSE_MS)
  })
  form.addEventListener("submit", async event => {
    if (event.submitter?.value !== "preview") return
    event.preventDefault()
    clearTimeout(pause)
    await ask()
    place.scrollIntoView({ block: "end", behavior: "smooth" })
  })
}

async function post(url, body, signal) {
  try {
    const answer = await fetch(url, { method: "POST", body, signal, headers: { "X-CSRFToken": csrfToken() } })
    const isOurs = (answer.ok || answer.status === 422) && !answer.redirected
    return isOurs ? answer.text() : null
  } catch {
    // Replaced by the next request, or offline: the preview button still works.
    return null
  }
}

/** Focus the list of errors. */
function goToErrors() {
  document.querySelector(".error-summary")?.focus()
}

previewChanges(document.querySelector("form.settings"))
goToErrors()
