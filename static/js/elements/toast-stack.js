import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { t } from "../helpers/i18n.js"
import { beforeNextFrame } from "../helpers/schedule.js"
import { sign, titleTemplate } from "./bell-row.js"
import { iconButton } from "./parts.js"

/** The toasts in a corner of the page, announced politely to screen readers. */
export class ToastStack {
  #section = Object.assign(document.createElement("section"), { className: "toasts" })
  #list = document.createElement("div")

  constructor(bell) {
    this.bell = bell
    this.#section.setAttribute("aria-label", t("New notifications"))
    this.#list.setAttribute("aria-live", "polite")
    this.#section.append(this.#list)
    for (const event of ["pointerenter", "focusin"]) this.#section.addEventListener(event, () => bell.toasts.hold())
    // The focus arrives at its new element only after this event.
    for (const event of ["pointerleave", "focusout"])
      this.#section.addEventListener(event, () => setTimeout(() => this.#release()))
    document.body.append(this.#section)
    const draw = beforeNextFrame(() => this.#draw())
    bell.toasts.on(draw)
    bell.on(draw)
  }

  #release() {
    // Not while the pointer or the focus is still in a toast.
    if (!this.#section.matches(":hover, :focus-within")) this.bell.toasts.release()
  }

  #draw() {
    const { all } = this.bell.toasts
    const toasts = repeat(
      all,
      ({ id }) => id,
      one => this.#toast(one),
    )
    render(html`${this.#answer()}${toasts}`, this.#list)
    // Removing a focused toast fires no focusout.
    this.#release()
  }

  /** The notice of the last action; while the panel is open, it shows the notice itself. */
  #answer() {
    const { notice, isOpen } = this.bell
    if (!notice || isOpen) return nothing
    return html`<article class="toast answer"><p>${notice.text}</p>${
      notice.undo ? html`<button type="button" class="link" @click=${notice.undo}>${t("Undo")}</button>` : nothing
    }</article>`
  }

  #toast(one) {
    const group = { newest: one, all: [one], who: one.actor ? [one.actor] : [] }
    const content = html`${sign(group, this.bell)}<span class="bell-words">
      <span class="bell-title" dir="auto">${titleTemplate(group)}</span>
      ${one.body ? html`<span class="bell-excerpt" dir="auto">${one.body}</span>` : nothing}
    </span>`
    return html`<article class="toast">
      ${
        one.url
          ? html`<a class="toast-main" href=${one.url} @click=${() => this.#open(one)}>${content}</a>`
          : html`<button type="button" class="toast-main" @click=${() => this.#open(one)}>${content}</button>`
      }
      ${iconButton({ name: "x", label: t("Dismiss"), act: () => this.bell.toasts.close(one.id) })}
    </article>`
  }

  #open({ id }) {
    this.bell.toasts.close(id)
    this.bell.read([id])
  }
}
