import { t } from "../helpers/i18n.js"
import { openMenu } from "./menu.js"

const IS_SHOWN = /^(?:image|audio|video)$/

/**
 * Open the menu of a file {name, kind, url}. `copyLink` copies a URL. `message` is the URL of its message, for a menu
 * elsewhere than in the message.
 */
export function openFileActions(anchor, { name, kind, url, message = null }, copyLink) {
  const items = [
    IS_SHOWN.test(kind) && { label: t("Open in a new tab"), icon: "eye", href: url, isNewTab: true },
    { label: t("Download"), icon: "download", href: url, download: name },
    { label: t("Copy link"), icon: "link", act: () => copyLink(url) },
    message && { label: t("Go to message"), icon: "message-circle", href: message },
  ]
  openMenu(anchor, items, t("Actions for {name}", { name }))
}
