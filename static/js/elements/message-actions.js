import { html, nothing, render } from "../../vendor/lit-html/lit-html.js"
import { isolate } from "../helpers/bidi-isolation.js"
import { copyText } from "../helpers/browser.js"
import { fill } from "../helpers/http.js"
import { t } from "../helpers/i18n.js"
import { ask } from "./dialog.js"
import { openMenu } from "./menu.js"
import { pickReaction, react } from "./message-reactions.js"
import { openReactionList } from "./part-loader.js"
import { iconButton } from "./parts.js"

/** So many of the most used emoji are in the toolbar, and in the menu. */
const IN_BAR = 3
const IN_MENU = 6

/** The actions of a message: one toolbar that moves to the current message, and a menu with all actions. */
export class MessageActions {
  #bar = Object.assign(document.createElement("div"), { className: "message-actions" })
  #on = null

  constructor(app) {
    this.app = app
    this.#bar.setAttribute("role", "group")
    this.#bar.setAttribute("aria-label", t("Message actions"))
  }

  /** Show the toolbar on a row. */
  show(row, message) {
    if (this.#on === message && this.#bar.parentElement === row) return
    this.#on = message
    render(this.#barTemplate(message, row), this.#bar)
    row.append(this.#bar)
  }

  /** After a render: hide the toolbar if its message was deleted or edited. It stays if only the reactions changed. */
  check(messages) {
    if (!this.#on || messages.includes(this.#on)) return
    const now = messages.find(({ id }) => id === this.#on.id)
    if (now?.seq === this.#on.seq) this.#on = now
    else this.hide()
  }

  hide() {
    this.#on = null
    this.#bar.remove()
  }

  openMenu(anchor, message) {
    const { app } = this
    const mayReact = app.mayReact(message)
    const items = [
      mayReact && {
        emoji: app.emoji.mostUsed.slice(0, IN_MENU),
        label: t("React"),
        pick: emoji => this.react(message, emoji),
        more: () => this.pickReaction(anchor, message),
      },
      app.mayEdit(message) && { label: t("Edit"), icon: "pencil", keys: "E", act: () => app.editing.begin(message) },
      !message.deleted_at && { label: t("Copy text"), icon: "copy", act: () => this.#copyText(message) },
      { label: t("Copy link"), icon: "link", act: () => this.#copyLink(message) },
      app.reactions.of(message).length > 0 && {
        label: t("Who reacted"),
        icon: "users",
        act: () => openReactionList(anchor, app, message),
      },
      app.mayDelete(message) && "-",
      app.mayDelete(message) && {
        label: t("Delete"),
        icon: "trash-2",
        keys: t("Del"),
        danger: true,
        act: () => this.delete(message),
      },
    ]
    openMenu(anchor, items, t("Message actions"))
  }

  /** Put an emoji on a message or take it back. */
  react(message, emoji) {
    return react(this.app, this.#now(message), emoji)
  }

  /** React with the emoji that is used most. */
  reactAtOnce(message) {
    if (this.app.mayReact(message)) this.react(message, this.app.emoji.mostUsed[0])
  }

  pickReaction(anchor, message) {
    if (this.app.mayReact(message)) pickReaction(anchor, this.app, this.#now(message))
  }

  edit(message) {
    if (this.app.mayEdit(message)) this.app.editing.begin(message)
  }

  async delete(message) {
    if (!this.app.mayDelete(message)) return
    const isMine = message.author.id === this.app.me.id
    const reason = await ask({
      title: isMine
        ? t("Delete this message?")
        : t("Delete this message from {name}?", { name: isolate(this.app.people.now(message.author).name) }),
      body: html`<blockquote class="quoted">${this.#textOf(message)}</blockquote><p>${t("This removes the message for everyone. “This message was deleted” stays in its place.")}</p>`,
      field: isMine ? null : t("Reason (optional, visible to moderators)"),
      verb: t("Delete"),
      danger: true,
    })
    if (reason === null) return
    this.app.delete(message, reason).catch(error => this.app.showNotice(error.message))
  }

  #barTemplate(message, row) {
    const { app } = this
    return html`
      ${app.mayReact(message) ? this.#reactTemplate(message, row) : nothing}
      ${app.mayEdit(message) ? iconButton({ name: "pencil", label: t("Edit"), keys: "E", act: () => this.edit(message) }) : nothing}
      ${iconButton({ name: "link", label: t("Copy link"), act: () => this.#copyLink(message) })}
      ${iconButton({ name: "ellipsis", label: t("More actions"), popup: "menu", act: ({ currentTarget }) => this.openMenu(currentTarget, message, row) })}
    `
  }

  #reactTemplate(message, row) {
    const pick = ({ currentTarget }) => this.pickReaction(currentTarget.isConnected ? currentTarget : row, message)
    return html`${this.app.emoji.mostUsed.slice(0, IN_BAR).map(
      emoji => html`<button type="button" class="reaction-quick icon-button" aria-label=${t("React with {emoji}", { emoji })}
        @click=${() => this.react(message, emoji)}>${emoji}</button>`,
    )}${iconButton({ name: "smile", label: t("React"), keys: ":", popup: "dialog", act: pick })}`
  }

  /** The latest state of a message. */
  #now(message) {
    return this.app.openRooms.current.history.get(message.id) ?? message
  }

  async #copyText(message) {
    if (await copyText(this.#textOf(message))) this.app.showNotice(t("Text copied."))
  }

  #copyLink(message) {
    this.app.actions.copyLink(`${fill(this.app.urls.room, { room: message.room })}?message=${message.posted_seq}`)
  }

  /** The text as shown: paragraphs and list items on separate lines. */
  #textOf(message) {
    // biome-ignore lint/performance/useDomNodeTextContent: textContent runs paragraphs together.
    return document.getElementById(`text-${message.posted_seq}`)?.querySelector("message-body")?.innerText.trim() ?? ""
  }
}
