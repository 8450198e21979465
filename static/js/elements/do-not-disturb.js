import { getText } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { soonName } from "../helpers/time.js"
import { readPage } from "../helpers/trusted-types.js"

/**
 * Update the parts of a page that show "do not disturb" when it changes, here or in another window. The server renders
 * them: each part has a name, and the page that has all of them. The buttons work without a page load, and can be
 * undone.
 */
export function followDoNotDisturb(bell) {
  bell.doNotDisturb.on(drawParts)
  const path = document.querySelector("[data-quiet] form")?.getAttribute("action")
  if (path) document.addEventListener("submit", event => submit(event, bell, path))
}

async function submit(event, bell, path) {
  const { target: form, submitter } = event
  if (form.getAttribute("action") !== path || !submitter) return
  event.preventDefault()
  form.closest("[popover]")?.hidePopover()
  form.closest("details")?.removeAttribute("open")
  const before = bell.doNotDisturb.until
  const send = async (name, value) => {
    const body = new FormData(form)
    body.set(name, value)
    const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } }).catch(
      () => null,
    )
    if (!answer?.ok || answer.redirected)
      return bell.showNotice(t("Something went wrong. Check your connection and try again."))
    const { until } = await answer.json()
    bell.doNotDisturb.take(until)
    return until
  }
  const undo = () => {
    bell.showNotice(null)
    return before ? send("until", before) : send("for", "off")
  }
  const until = await send("for", submitter.value)
  if (until !== undefined)
    bell.showNotice(
      until ? t("Do not disturb until {time}.", { time: soonName(until) }) : t("Do not disturb is off."),
      undo,
    )
}

async function drawParts() {
  const url = document.querySelector("[data-quiet-page]")?.dataset.quietPage
  const page = url && (await getText(url).then(readPage, () => null))
  for (const part of page ? document.querySelectorAll("[data-quiet]") : [])
    take(part, page.querySelector(`[data-quiet="${part.dataset.quiet}"]`))
}

/** An open menu stays open, and the focus stays in the part. */
function take(part, drawn) {
  if (!drawn) return
  const hadFocus = part.contains(document.activeElement)
  const isOpen = part.querySelector("details")?.open
  if (isOpen) drawn.querySelector("details").open = true
  part.replaceWith(document.adoptNode(drawn))
  if (hadFocus) drawn.querySelector("summary, button").focus()
}
