import { keepCookie } from "./cookies.js"

/**
 * Load the fonts that the server deferred, now that the page is usable. A cookie records that this browser has them:
 * then the server no longer defers them, and no text changes its font after it is shown.
 */
export function loadFonts() {
  const sheet = document.querySelector("link[data-fonts]")
  if (!sheet) return
  sheet.media = "all"
  document.fonts.ready.then(() => keepCookie("fonts", "1"))
}
