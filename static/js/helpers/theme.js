const YEAR_SECONDS = 365 * 24 * 3600

/** "light", "dark", or "system". The server reads the same cookie, so a page never flashes in the wrong colours. */
export function theme() {
  return document.documentElement.dataset.theme ?? "system"
}

export function setTheme(name) {
  const isSystem = name === "system"
  if (isSystem) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = name
  const secure = location.protocol === "https:" ? "; secure" : ""
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is for secure pages only, and not everywhere.
  document.cookie = `theme=${isSystem ? "" : name}; path=/; max-age=${isSystem ? 0 : YEAR_SECONDS}; samesite=lax${secure}`
}
