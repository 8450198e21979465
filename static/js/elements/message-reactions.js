import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { reportBug } from "../helpers/bug-reports.js"
import { plural, t } from "../helpers/i18n.js"
import { loadOnDemand } from "../helpers/on-demand.js"
import { openEmojiPicker } from "./emoji-picker.js"
import { icon } from "./parts.js"

/** A pointer that only passes shows no names. */
const REST_MS = 350

/** The reactions below a message. templates/chat/_reactions.html renders the same. */
export function reactionsTemplate(message, app) {
  const reactions = app.reactions.of(message)
  if (!reactions.length) return nothing
  return html`<div class="reactions" role="group" aria-label=${t("Reactions")}>${repeat(
    reactions,
    ({ emoji }) => emoji,
    reactionTemplate,
  )}<button type="button" class="reaction-add" tabindex="-1" aria-label=${t("React")} title=${t("React")} ?hidden=${!app.mayReact(message)}><span class="reaction-pill">${icon("smile")}</span></button></div>`
}

function reactionTemplate({ emoji, count, mine = false }) {
  const label = plural("{emoji}, {count} person", "{emoji}, {count} people", count, { emoji })
  return html`<button type="button" class="reaction" tabindex="-1" aria-pressed=${String(mine)} aria-label=${label} data-emoji=${emoji}
    ><span class="reaction-pill"><span class="reaction-emoji">${emoji}</span> ${count}</span></button>`
}

/** Clicks on reactions, and the names of who reacted while a pointer rests on one, or the focus is there. */
export function listenToReactions(log) {
  const { app, content } = log
  const names = new ReactionNames(app)
  const messageOf = element => log.message(element.closest("article"))
  content.addEventListener("click", ({ target }) => {
    const add = target.closest(".reaction-add")
    if (add) return pickReaction(add, app, messageOf(add))
    const chip = target.closest(".reaction")
    if (!chip) return
    const message = messageOf(chip)
    if (!app.mayReact(message)) return openReactionList(chip, app, message)
    const { emoji } = chip.dataset
    const last = app.reactions.of(message).find(one => one.emoji === emoji && one.mine && one.count === 1)
    // The last one disappears: the focus stays at the message.
    if (last && chip === document.activeElement) chip.closest("article").focus()
    react(app, message, emoji)
  })
  content.addEventListener("contextmenu", event => {
    const chip = event.target.closest(".reaction")
    if (!chip) return
    event.preventDefault()
    names.hide()
    openReactionList(chip, app, messageOf(chip))
  })
  content.addEventListener("pointerover", ({ target, pointerType }) => {
    const chip = pointerType === "mouse" && target.closest(".reaction")
    if (chip) names.showSoon(chip, () => messageOf(chip))
    else names.hide()
  })
  content.addEventListener("pointerleave", () => names.hide())
  content.addEventListener("focusin", ({ target }) => {
    if (target.matches(".reaction:focus-visible")) names.showSoon(target, () => messageOf(target))
    else names.hide()
  })
  content.addEventListener("focusout", () => names.hide())
  log.scroller.addEventListener("scroll", () => names.hide(), { passive: true })
}

/** Put an emoji on a message or take it back, and count its use. */
export function react(app, message, emoji) {
  if (!app.reactions.of(message).some(reaction => reaction.emoji === emoji && reaction.mine)) app.emoji.use(emoji)
  return app.reactions.toggle(message, emoji)
}

export function pickReaction(anchor, app, message) {
  return openEmojiPicker(anchor, app.emoji, emoji => app.reactions.set(message, emoji, true))
}

/** Show everyone who reacted. */
export async function openReactionList(anchor, app, message) {
  try {
    const { showReactionList } = await loadOnDemand("reactionList")
    showReactionList(anchor, app, message)
  } catch (error) {
    reportBug(error)
    app.showNotice(t("The list could not be loaded."))
  }
}

/** The tooltip with the names. */
class ReactionNames {
  #timer = null
  #chip = null
  #hide = () => {}

  constructor(app) {
    this.app = app
  }

  showSoon(chip, messageOf) {
    if (chip === this.#chip) return
    this.hide()
    this.#chip = chip
    this.#timer = setTimeout(() => this.#show(chip, messageOf()), REST_MS)
  }

  hide() {
    clearTimeout(this.#timer)
    this.#chip = null
    this.#hide()
    this.#hide = () => {}
  }

  async #show(chip, message) {
    try {
      const { showReactionNames } = await loadOnDemand("reactionList")
      const hide = await showReactionNames(chip, this.app, message, () => chip === this.#chip)
      if (chip === this.#chip) this.#hide = hide
      else hide()
    } catch (error) {
      reportBug(error) // The count is there all the same.
    }
  }
}
