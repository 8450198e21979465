import { keepCookie } from "./cookies.js"

/** "light", "dark", or "system". The server reads the same cookie, so a page never flashes in the wrong colours. */
export function theme() {
  return document.documentElement.dataset.theme ?? "system"
}

/** Take over what was chosen on a page that the server could not draw in it. */
export function followThemeCookie() {
  const chosen = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1]
  if (chosen) document.documentElement.dataset.theme = chosen
}

export function setTheme(name) {
  const isSystem = name === "system"
  if (isSystem) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = name
  keepCookie("theme", isSystem ? "" : name)
}
