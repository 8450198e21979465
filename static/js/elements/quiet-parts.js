import { getText } from "../helpers/http.js"
import { readPage } from "../helpers/trusted.js"

/**
 * What a page says of "do not disturb" follows when that is changed in another window. The server draws it: each part
 * names itself and the page that has all of them.
 */
export function followQuiet(bell) {
  bell.quiet.on(async () => {
    const url = document.querySelector("[data-quiet-page]")?.dataset.quietPage
    const page = url && (await getText(url).then(readPage, () => null))
    for (const part of page ? document.querySelectorAll("[data-quiet]") : [])
      take(part, page.querySelector(`[data-quiet="${part.dataset.quiet}"]`))
  })
}

/** A menu that is open stays so, and the focus stays in the part. */
function take(part, drawn) {
  if (!drawn) return
  const hadFocus = part.contains(document.activeElement)
  drawn.toggleAttribute("open", part.hasAttribute("open"))
  part.replaceWith(document.adoptNode(drawn))
  if (hadFocus) drawn.querySelector("summary, button").focus()
}
