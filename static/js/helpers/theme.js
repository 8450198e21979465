import { keepCookie } from "./cookies.js"

/** "light", "dark", or "system". The server reads the same cookie, so a page never flashes in the wrong colours. */
export function theme() {
  return document.documentElement.dataset.theme ?? "system"
}

export function setTheme(name) {
  const isSystem = name === "system"
  if (isSystem) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = name
  keepCookie("theme", isSystem ? "" : name)
}
