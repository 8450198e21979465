import { whenTyped } from "../helpers/keys.js"

/**
 * Close a `<details class="dropdown">` like a menu: on Esc and on a click outside, with the focus back on its button.
 */
export function closeDropdowns(root = document) {
  root.addEventListener(
    "keydown",
    whenTyped(event => {
      const dropdown = event.key === "Escape" && openDropdown(root)
      if (!dropdown) return
      event.preventDefault()
      const back = dropdown.contains(document.activeElement)
      dropdown.open = false
      if (back) dropdown.querySelector("summary").focus()
    }),
  )
  root.addEventListener("click", ({ target }) => {
    const dropdown = openDropdown(root)
    if (dropdown && !dropdown.contains(target)) dropdown.open = false
  })
  root.addEventListener("focusin", ({ target }) => {
    const dropdown = openDropdown(root)
    if (dropdown && !dropdown.contains(target)) dropdown.open = false
  })
}

function openDropdown(root) {
  return root.querySelector("details.dropdown[open]")
}
