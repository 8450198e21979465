import { keepCookie } from "./cookies.js"

/**
 * Load the fonts that the server held back, now that the page can be used. The cookie says that this browser has them:
 * the server then names them at once, and no text changes its shape after it is shown.
 */
export function loadFonts() {
  const sheet = document.querySelector("link[data-fonts]")
  if (!sheet) return
  sheet.media = "all"
  document.fonts.ready.then(() => keepCookie("fonts", "1"))
}
