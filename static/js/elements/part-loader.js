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
