// The list of a room's files: a menu on each. Without this script its links work, too.

import { render } from "../../vendor/lit-html/lit-html.js"
import { openFileActions } from "../elements/file-actions.js"
import { iconButton } from "../elements/parts.js"
import { copyText } from "../helpers/browser.js"
import { t } from "../helpers/i18n.js"

const NOTICE_MS = 4_000
const notice = document.querySelector(".file-notice")
let timer = null

async function copyLink(path) {
  const done = await copyText(new URL(path, location.href).href)
  notice.textContent = done ? t("Link copied.") : t("Your browser blocked copying.")
  clearTimeout(timer)
  timer = setTimeout(() => notice.replaceChildren(), NOTICE_MS)
}

for (const row of document.querySelectorAll("[data-file-name]")) {
  const { fileName: name, fileKind: kind } = row.dataset
  const { href: url } = row.querySelector(".file-title a")
  const { href: message } = row.querySelector("a.icon-button")
  const button = iconButton({
    name: "ellipsis",
    label: t("Actions for {name}", { name }),
    popup: "menu",
    act: ({ currentTarget }) => openFileActions(currentTarget, { name, kind, url, message }, copyLink),
  })
  const place = Object.assign(document.createElement("span"), { className: "file-more" })
  row.append(place)
  render(button, place)
}
