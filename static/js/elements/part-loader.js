import { t } from "../helpers/i18n.js"
import { loadOnDemand } from "../helpers/on-demand.js"

/** Load a part of the chat; null, with a notice, if that is not possible now. */
export async function loadPart(name, app) {
  try {
    return await loadOnDemand(name)
  } catch {
    app.showNotice(t("This can't be loaded right now. Check your connection."))
    return null
  }
}

export async function openKeysDialog(app) {
  if (await loadPart("keysDialog", app)) document.querySelector("keys-dialog").open()
}

/**
 * Open the emoji picker. `picked` is called with the character. `row` takes the place of an anchor that has disappeared
 * meanwhile, as the toolbar of a message does.
 */
export async function openEmoji(anchor, app, picked, row = anchor) {
  const part = await loadPart("emojiPicker", app)
  part?.openEmojiPicker(anchor.isConnected ? anchor : row, app.emoji, picked)
}

export async function openProfile(anchor, app, person) {
  const part = await loadPart("profileCard", app)
  part?.openProfileCard(anchor, app, person)
}

/** Open the menu of a room's notifications. */
export async function openLevels(anchor, app, room) {
  const part = await loadPart("levelMenu", app)
  part?.openLevelMenu(anchor, app, room)
}

/** Open the list of everyone who reacted to a message. */
export async function openReactionList(anchor, app, message) {
  const part = await loadPart("reactionList", app)
  part?.showReactionList(anchor, app, message)
}
