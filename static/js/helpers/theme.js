import { keepCookie } from "./cookies.js"

/** Return "light", "dark" or "system". The server reads the same cookie, so a page never flashes in the wrong theme. */
export function theme() {
  return document.documentElement.dataset.theme ?? "system"
}

/** Apply the theme on a page that is cached without it. */
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
