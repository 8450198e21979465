import { html, nothing, render, svg } from "../../vendor/lit-html/lit-html.js"
import { durationText, fileSize } from "../helpers/file-words.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { icon } from "./parts.js"

const SPEEDS = [1, 1.5, 2]
const STEP_SECONDS = 5
const HEIGHT = 24
const FLAT = new Uint8Array(40).fill(8)
const STEPS = { ArrowRight: STEP_SECONDS, ArrowLeft: -STEP_SECONDS }

/**
 * A voice message: a waveform in which one can seek, play and pause, speed. The server renders the browser's own player.
 * In the timeline it is reached by the arrow keys, elsewhere by Tab (`tabStop` is 0).
 */
class VoicePlayer extends HTMLElement {
  tabStop = -1
  #audio = Object.assign(new Audio(), { preload: "none" })
  #isBroken = false

  connectedCallback() {
    if (!this.file || this.isBegun) return
    this.isBegun = true
    this.replaceChildren()
    this.append(this.#audio)
    this.#audio.src = this.src
    for (const type of ["play", "pause", "timeupdate", "ratechange", "durationchange", "ended"])
      this.#audio.addEventListener(type, () => this.#draw())
    this.#audio.addEventListener("error", () => {
      this.#isBroken = true
      this.#draw()
    })
    this.box = Object.assign(document.createElement("div"), { className: "voice" })
    this.append(this.box)
    this.#draw()
  }

  disconnectedCallback() {
    // A render may only move the row.
    setTimeout(() => this.isConnected || this.#audio.pause())
  }

  get #duration() {
    return Number.isFinite(this.#audio.duration) ? this.#audio.duration : (this.file.duration ?? 0)
  }

  #draw() {
    const { paused, currentTime, playbackRate } = this.#audio
    const duration = this.#duration
    const isBegun = !paused || currentTime > 0
    const label = paused ? t("Play voice message") : t("Pause")
    const speed = String(playbackRate).replace(".", DECIMAL)
    render(
      html`<button type="button" class="voice-play" tabindex=${this.tabStop} aria-label=${label} title=${label}
          @click=${() => this.#toggle()}>${icon(paused ? "play" : "pause")}</button>
        <button type="button" class="voice-speed" tabindex=${this.tabStop} aria-label=${t("Speed: {speed} times", { speed })}
          title=${t("Speed")} @click=${() => this.#speedUp()}>${speed}×</button>
        <div class="voice-wave" role="slider" tabindex=${this.tabStop} aria-label=${t("Position in the voice message")}
          aria-valuemin="0" aria-valuemax=${Math.round(duration)} aria-valuenow=${Math.round(currentTime)}
          aria-valuetext=${t("{time} of {duration}", { time: durationText(currentTime), duration: durationText(duration) })}
          @pointerdown=${event => this.#startSeek(event)} @pointermove=${event => this.#seek(event)}
          @keydown=${whenTyped(event => this.#key(event))}>${this.#wave()}</div>
        <span class="voice-time soft small">${durationText(isBegun ? currentTime : duration)}</span>
        ${this.#isBroken ? html`<p class="failed" role="alert">${t("This voice message can't be played here.")} <a class="link" href=${this.src} download=${this.file.name} tabindex=${this.tabStop}>${t("Download")} (${fileSize(this.file.size)})</a></p>` : nothing}`,
      this.box,
    )
    this.box.style.setProperty("--played", String(duration ? Math.min(1, currentTime / duration) : 0))
  }

  #wave() {
    this.bars ??= waveBars(this.file.waveform)
    const path = style => svg`<path class=${style} d=${this.bars.path}></path>`
    return html`<svg viewBox="0 0 ${this.bars.width} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${path("")}${path("played")}</svg>`
  }

  #toggle() {
    this.#isBroken = false
    if (this.#audio.paused) this.#audio.play().catch(() => {})
    else this.#audio.pause()
  }

  #speedUp() {
    this.#audio.playbackRate = SPEEDS[(SPEEDS.indexOf(this.#audio.playbackRate) + 1) % SPEEDS.length]
  }

  #startSeek(event) {
    event.currentTarget.setPointerCapture(event.pointerId)
    this.#seek(event)
  }

  #seek({ currentTarget: wave, pointerId, clientX }) {
    if (!wave.hasPointerCapture(pointerId)) return
    const { left, width } = wave.getBoundingClientRect()
    this.#seekTo(((clientX - left) / width) * this.#duration)
  }

  /** The position is known before the sound is loaded: the browser begins there. */
  #seekTo(seconds) {
    this.#audio.currentTime = Math.max(0, Math.min(seconds, this.#duration))
    this.#draw()
  }

  #key(event) {
    const goal =
      { Home: 0, End: this.#duration }[event.key] ?? this.#audio.currentTime + (STEPS[event.key] ?? Number.NaN)
    if (event.key === " " || event.key === "Enter") this.#toggle()
    else if (Number.isNaN(goal)) return
    else this.#seekTo(goal)
    event.preventDefault()
    event.stopPropagation()
  }
}

const DECIMAL = (1.5).toLocaleString(document.documentElement.lang || "en").at(1)

/** The waveform (base64, a byte for each bar) as the bars of an SVG path. */
function waveBars(waveform) {
  const levels = readLevels(waveform)
  const bars = [...levels].map((level, index) => {
    const half = Math.max(1, (level / 255) * (HEIGHT / 2 - 1))
    return `M${index * 3 + 1.5} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`
  })
  return { path: bars.join(""), width: levels.length * 3 }
}

function readLevels(waveform) {
  try {
    const levels = Uint8Array.from(atob(waveform ?? ""), char => char.charCodeAt(0))
    return levels.length ? levels : FLAT
  } catch {
    return FLAT
  }
}

customElements.define("voice-player", VoicePlayer)
