import { isMac } from "./browser.js"
import { t } from "./i18n.js"

/** The names of modifier keys as this computer's keyboard has them. */
export const COMMAND = isMac ? "⌘" : t("Ctrl")
export const OPTION = isMac ? "⌥" : "Alt"
export const SHIFT = isMac ? "⇧" : t("Shift")

/** A shortcut in one word, for tooltips and menus: "Alt+M", or "⌥M" on a Mac. */
export function shortcut(...keys) {
  return keys.join(isMac ? "" : "+")
}
