import { whenTyped } from "../helpers/keys.js"

/** What `<details class="fold">` lacks of a menu: Esc and a press beside it close it, and the focus goes back. */
export function mindFolds(root = document) {
  root.addEventListener(
    "keydown",
    whenTyped(event => {
      const fold = event.key === "Escape" && openFold(root)
      if (!fold) return
      event.preventDefault()
      const back = fold.contains(document.activeElement)
      fold.open = false
      if (back) fold.querySelector("summary").focus()
    }),
  )
  root.addEventListener("click", ({ target }) => {
    const fold = openFold(root)
    if (fold && !fold.contains(target)) fold.open = false
  })
  root.addEventListener("focusin", ({ target }) => {
    const fold = openFold(root)
    if (fold && !fold.contains(target)) fold.open = false
  })
}

function openFold(root) {
  return root.querySelector("details.fold[open]")
}
