import { html, nothing, render, svg } from "../../vendor/lit-html/lit-html.js"
import { systemClock } from "../helpers/browser.js"
import { durationText } from "../helpers/file-words.js"
import { t } from "../helpers/i18n.js"
import { whenTyped } from "../helpers/keys.js"
import { openMicrophone } from "../helpers/microphone.js"
import { loadOnDemand } from "../helpers/on-demand.js"
import { VoiceRecording } from "../models/voice-recording.js"
import { ask } from "./dialog.js"
import { icon, iconButton } from "./parts.js"

const SHOWN_LEVELS = 240
const HEIGHT = 32
/** A longer recording is not discarded by one press. */
const SHORT_SECONDS = 10
/** The clock of the recording: that of the day may be set. */
const steadyClock = { ...systemClock, now: () => performance.now() }

/**
 * Begin a voice recorder. `done(file)` takes what was recorded and resolves with whether it could; `ended` is called when
 * the recorder is to be removed.
 */
export function makeVoiceRecorder({ mostBytes, done, ended }) {
  const recorder = document.createElement("voice-recorder")
  Object.assign(recorder, { done, ended })
  recorder.begin(new VoiceRecording({ open: openMicrophone, clock: steadyClock, mostBytes }))
  return recorder
}

/**
 * The voice recorder: it records, pauses, plays what was recorded, and hands it over as a file. If it leaves the page,
 * as another room is opened, it stops and keeps what it has.
 */
class VoiceRecorder extends HTMLElement {
  #shownState = null
  #isHandingOver = false

  begin(recording) {
    this.recording = recording
    this.addEventListener(
      "keydown",
      whenTyped(event => this.#key(event)),
    )
    this.recording.on(() => this.#draw())
    loadOnDemand("voicePlayer").catch(() => {})
    addEventListener("beforeunload", this.#warn)
    this.recording.begin()
  }

  connectedCallback() {
    this.#draw()
    this.#focusFirst()
  }

  disconnectedCallback() {
    // A render may only move it.
    setTimeout(() => this.isConnected || this.recording.stop())
  }

  /** Whether there is a recording that would be lost. */
  get isBusy() {
    return ["recording", "paused", "stopping", "recorded"].includes(this.recording.state)
  }

  /** Hand over what was recorded, also if it still records. Resolves with whether it was taken. */
  async finish() {
    await this.recording.stop()
    const { state, file } = this.recording
    if (state !== "recorded" || this.#isHandingOver) return false
    this.#isHandingOver = true
    const isTaken = await this.done(file)
    this.#isHandingOver = false
    if (isTaken) this.#end()
    return isTaken
  }

  #warn = event => {
    if (this.isBusy) event.preventDefault()
  }

  #draw() {
    const { state } = this.recording
    const hadFocus = this.contains(document.activeElement)
    const isNew = state !== this.#shownState
    this.#shownState = state
    render(this.#template(), this)
    if (isNew && (hadFocus || document.activeElement === document.body)) this.#focusFirst()
  }

  /** After a change of state the focus is on what one does next; Continue and Pause are the same button. */
  #focusFirst() {
    if (this.recording.state !== "discarded" && !this.querySelector(".recorder-pause:focus"))
      this.querySelector(".recorder-next")?.focus()
  }

  #template() {
    const { state } = this.recording
    const content = {
      asking: () => this.#asking(),
      failed: () => this.#failed(),
      stopping: () => this.#running(),
      recording: () => this.#running(),
      paused: () => this.#running(),
      recorded: () => this.#recorded(),
    }[state]
    return html`<div class="recorder ${state}" role="group" aria-label=${t("Voice message")}>${content?.()}</div>
      <p class="visually-hidden" role="status">${this.#status()}</p>`
  }

  #asking() {
    return html`<p class="recorder-words">${icon("mic")}<span>${t("Waiting for your microphone. Allow it if your browser asks.")}</span></p>
      <button type="button" class="button small recorder-next" @click=${() => this.#discard()}>${t("Cancel")}</button>`
  }

  #failed() {
    return html`<p class="recorder-words failed" role="alert">${icon("circle-alert")}<span>${this.recording.error}</span></p>
      <button type="button" class="button small quiet" @click=${() => this.#discard()}>${t("Close")}</button>
      <button type="button" class="button small recorder-next" @click=${() => this.recording.begin()}>${t("Try again")}</button>`
  }

  #running() {
    const { recording } = this
    const isPaused = recording.state === "paused"
    return html`${this.#discardButton()}
      <span class="recorder-levels" aria-hidden="true"><i class="recorder-light"></i>${levelsTemplate(recording)}</span>
      <span class="recorder-time" role="timer" aria-label=${t("Recorded so far")}>${durationText(Math.floor(recording.seconds))}</span>
      ${iconButton({
        name: isPaused ? "mic" : "pause",
        label: isPaused ? t("Continue recording") : t("Pause recording"),
        style: "recorder-pause",
        act: () => (isPaused ? recording.resume() : recording.pause()),
      })}
      <button type="button" class="button small primary recorder-next" @click=${() => recording.stop()}>${icon("square")}${t("Stop")}</button>
      ${recording.isSilent ? html`<p class="recorder-hint">${t("Nothing can be heard. Is your microphone switched off?")}</p>` : nothing}`
  }

  #recorded() {
    const { file, reason } = this.recording
    this.url ??= URL.createObjectURL(file)
    const described = { ...file.facts, name: file.name, size: file.size }
    return html`${this.#discardButton()}
      <voice-player .file=${described} .src=${this.url} .tabStop=${0}></voice-player>
      <button type="button" class="button small primary recorder-next" @click=${() => this.finish()}>${t("Add to message")}</button>
      ${reason ? html`<p class="recorder-hint">${reason}</p>` : nothing}`
  }

  #discardButton() {
    return iconButton({ name: "trash-2", label: t("Discard recording"), act: () => this.#askToDiscard() })
  }

  #status() {
    const { state, seconds, reason, isSilent } = this.recording
    if (state === "recording")
      return isSilent ? t("Nothing can be heard. Is your microphone switched off?") : t("Recording.")
    if (state === "paused") return t("Recording is paused.")
    if (state === "recorded") return [t("Recorded: {duration}.", { duration: durationText(seconds) }), reason].join(" ")
    return ""
  }

  async #askToDiscard() {
    this.recording.pause()
    const isLong = this.recording.seconds >= SHORT_SECONDS
    const question = { title: t("Discard this recording?"), verb: t("Discard"), danger: true }
    if (!isLong || (await ask(question)) !== null) this.#discard()
  }

  #discard() {
    this.recording.discard()
    this.#end()
  }

  #end() {
    removeEventListener("beforeunload", this.#warn)
    if (this.url) URL.revokeObjectURL(this.url)
    this.ended()
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return
    event.preventDefault()
    event.stopPropagation()
    const { state } = this.recording
    if (state === "asking" || state === "failed") this.#discard()
    else this.recording.stop()
  }
}

/** The last 12 seconds as bars that move to the left, and a single bar for people who want no motion. */
function levelsTemplate({ levels, level, state }) {
  const shown = levels.slice(-SHOWN_LEVELS)
  const first = SHOWN_LEVELS - shown.length
  const bars = shown.map((each, place) => {
    const half = Math.max(1, Math.sqrt(each) * (HEIGHT / 2 - 1))
    return `M${(first + place) * 3 + 1.5} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`
  })
  const now = state === "recording" ? Math.round(Math.sqrt(level) * 100) : 0
  return html`<svg class="recorder-bars" viewBox="0 0 ${SHOWN_LEVELS * 3} ${HEIGHT}" preserveAspectRatio="xMaxYMid slice">${svg`<path d=${bars.join("")}></path>`}</svg>
    <svg class="recorder-level" viewBox="0 0 100 6" preserveAspectRatio="none">${svg`<path d="M0 3H${now}"></path>`}</svg>`
}

customElements.define("voice-recorder", VoiceRecorder)
