import { t } from "../helpers/i18n.js"

/**
 * How it stands with pushes in this browser: "insecure", "home-screen", "unsupported", "denied", "off" or "on".
 *
 * iPhones and iPads have pushes only for what was added to the home screen.
 */
export function pushState({ isSecure, hasPush, isAppleMobile, isInstalled, permission }, isOn) {
  if (!isSecure) return "insecure"
  if (!hasPush) return isAppleMobile && !isInstalled ? "home-screen" : "unsupported"
  if (permission === "denied") return "denied"
  return isOn ? "on" : "off"
}

/** Why a browser did not subscribe, for its person. `name`: the name of the error that it threw. */
export function whyNot(name) {
  return (
    {
      NotAllowedError: t("Your browser was not allowed to. Press the button again, and allow it when it asks."),
      AbortError: t(
        "Your browser could not reach its push service. Some browsers have pushes switched off in their settings.",
      ),
      NotSupportedError: t("This browser cannot take pushes."),
      SyntaxError: t("This browser is too old to take pushes."),
      TypeError: t("This browser is too old to take pushes."),
    }[name] ?? t("Your browser could not switch pushes on. Try again in a while.")
  )
}
