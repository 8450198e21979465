import { t } from "../helpers/i18n.js"

/**
 * The state of push in this browser: "insecure", "home-screen", "unsupported", "denied", "off" or "on".
 *
 * iPhones and iPads have push only for sites on the home screen.
 */
export function pushState({ isSecure, hasPush, isAppleMobile, isInstalled, permission }, isOn) {
  if (!isSecure) return "insecure"
  if (!hasPush) return isAppleMobile && !isInstalled ? "home-screen" : "unsupported"
  if (permission === "denied") return "denied"
  return isOn ? "on" : "off"
}

/** Explain to the user why the browser did not subscribe. `name`: the name of the thrown error. */
export function whyNot(name) {
  return (
    {
      NotAllowedError: t("You didn't allow notifications. Try again and choose “Allow”."),
      AbortError: t("Your browser couldn't reach its push service. Check that push isn't turned off in its settings."),
      NotSupportedError: t("This browser doesn't support push."),
      SyntaxError: t("This browser is too old for push. Update it and try again."),
      TypeError: t("This browser is too old for push. Update it and try again."),
    }[name] ?? t("Couldn't turn on push. Try again later.")
  )
}
