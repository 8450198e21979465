import { acceptedTypes } from "../helpers/file-limits.js"
import { t } from "../helpers/i18n.js"
import { hasOnlyTouch } from "../helpers/keys.js"
import { openMenu } from "./menu.js"

/** Open the menu of the ways to add files to the message. With a single way there is no menu. `record` opens a recorder. */
export function openFileMenu(anchor, app, { record = null } = {}) {
  const items = [
    { label: t("Choose files"), icon: "folder-open", act: () => chooseFiles(app, anchor) },
    hasOnlyTouch.matches && {
      label: t("Take a photo"),
      icon: "camera",
      act: () => chooseFiles(app, anchor, { accept: "image/*", capture: "environment" }),
    },
    record && { label: t("Record a voice message"), icon: "mic", act: record },
  ].filter(Boolean)
  if (items.length === 1) items[0].act()
  else openMenu(anchor, items, t("Add files"))
}

/** Let the browser choose files. The field is in the page meanwhile: without that Safari forgets it. */
function chooseFiles(app, anchor, { accept = acceptedTypes(app.limits.files), capture = null } = {}) {
  const field = Object.assign(document.createElement("input"), { type: "file", accept, multiple: !capture })
  field.className = "visually-hidden"
  field.tabIndex = -1
  field.setAttribute("aria-hidden", "true")
  if (capture) field.setAttribute("capture", capture)
  field.addEventListener("change", () => {
    app.fileTray.add([...field.files])
    field.remove()
    anchor.closest("form").querySelector("textarea").focus()
  })
  field.addEventListener("cancel", () => field.remove())
  anchor.after(field)
  field.click()
}
