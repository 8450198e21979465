import { repeat } from "../../vendor/lit-html/directives/repeat.js"
import { html, nothing } from "../../vendor/lit-html/lit-html.js"
import { reportBug } from "../helpers/bug-reports.js"
import { plural, t } from "../helpers/i18n.js"
import { loadOnDemand } from "../helpers/on-demand.js"
import { openEmoji, openReactionList } from "./part-loader.js"

/** The reactions below a message. templates/chat/_reactions.html renders the same. */
export function reactionsTemplate(message, app) {
  const reactions = app.reactions.of(message)
  if (!reactions.length) return nothing
  return html`<div class="reactions" role="group" aria-label=${t("Reactions")}>${repeat(
    reactions,
    ({ emoji }) => emoji,
    reactionTemplate,
  )}</div>`
}

function reactionTemplate({ emoji, count, mine = false }) {
  const label = plural("{emoji}, {count} person", "{emoji}, {count} people", count, { emoji })
  return html`<button type="button" class="reaction" tabindex="-1" aria-pressed=${String(mine)} aria-label=${label} data-emoji=${emoji}
    ><span class="reaction-pill"><span class="reaction-emoji">${emoji}</span> ${count}</span></button>`
}

/** Listen to clicks on reactions, and show who reacted while a pointer rests on one, or the focus is there. */
export function listenToReactions(log) {
  const { app, content } = log
  const messageOf = element => log.message(element.closest("article"))
  content.addEventListener("click", ({ target }) => {
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
  const showNames = chip =>
    loadOnDemand("reactionList")
      .then(({ showNamesSoon }) => showNamesSoon(chip, app, messageOf(chip)))
      .catch(reportBug) // The count is there all the same.
  content.addEventListener("pointerover", ({ target, pointerType }) => {
    const chip = target.closest(".reaction")
    if (chip && pointerType === "mouse") showNames(chip)
  })
  content.addEventListener("focusin", ({ target }) => target.matches(".reaction:focus-visible") && showNames(target))
}

/** Put an emoji on a message or take it back, and count its use. */
export function react(app, message, emoji) {
  if (!app.reactions.of(message).some(reaction => reaction.emoji === emoji && reaction.mine)) app.emoji.use(emoji)
  return app.reactions.toggle(message, emoji)
}

export function pickReaction(anchor, app, message) {
  const row = document.getElementById(`m-${message.posted_seq}`)
  return openEmoji(anchor, app, emoji => app.reactions.set(message, emoji, true), row)
}
