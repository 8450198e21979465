const YEAR_SECONDS = 365 * 24 * 3600

/** Store a setting in a cookie for the server, for a year; an empty one is removed. */
export function keepCookie(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : ""
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is for secure pages only, and not everywhere.
  document.cookie = `${name}=${value}; path=/; max-age=${value ? YEAR_SECONDS : 0}; samesite=lax${secure}`
}
