import { t } from "../helpers/i18n.js"
import { loadOnDemand } from "../helpers/on-demand.js"

/** Open an image of the current room in the lightbox. A click with a modifier key is left to the browser. */
export async function openLightbox(event, app, file) {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || file.url) return
  if (event.currentTarget.closest(".broken")) return
  event.preventDefault()
  const opener = event.currentTarget
  try {
    const { showLightbox } = await loadOnDemand("lightbox")
    showLightbox(app, file.id, opener)
  } catch {
    app.showNotice(t("This can't be loaded right now. Check your connection."))
  }
}
