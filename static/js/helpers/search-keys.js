import { isTyping, whenTyped } from "./keys.js"

/** Outside of the chat "/" and Ctrl+K lead to the search page, and there into its box. */
export function listenToSearchKeys() {
  document.addEventListener(
    "keydown",
    whenTyped(event => {
      if (!isSearching(event) || document.querySelector("dialog[open], :popover-open")) return
      event.preventDefault()
      const box = document.querySelector("#search-query")
      if (box) box.select()
      else document.querySelector("[data-search]")?.click()
    }),
  )
}

function isSearching({ key, ctrlKey, metaKey, altKey, defaultPrevented, target }) {
  if (altKey || defaultPrevented) return false
  if (ctrlKey || metaKey) return key.toLowerCase() === "k"
  return key === "/" && !isTyping(target)
}
