import { html } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { icon } from "./parts.js"

const wantsMotion = globalThis.matchMedia?.("(prefers-reduced-motion: no-preference)")

/** Whether animated images play by themselves. With reduced motion the first picture is shown until one starts it. */
export function autoplays() {
  return Boolean(wantsMotion?.matches)
}

/** The button that stops and starts an animated image, after the image. `small` does not move. */
export function animationTemplate({ url, small }, isPlaying) {
  return html`<button type="button" class="file-animation" tabindex="-1" aria-pressed=${String(isPlaying)}
    aria-label=${t("Play animation")} title=${t("Play or stop the animation")}
    @click=${event => toggle(event, url, small)}>${icon("play")}${icon("pause")}</button>`
}

function toggle({ currentTarget: button }, url, small) {
  const isPlaying = button.getAttribute("aria-pressed") !== "true"
  button.setAttribute("aria-pressed", String(isPlaying))
  const image = button.parentElement.querySelector("img")
  image.srcset = ""
  image.src = isPlaying ? url : small
}
