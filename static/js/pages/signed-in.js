// The entry point of pages for signed-in users other than the chat: the bell, the announcements, and the sign-in watch.

import { refuseFiles } from "../helpers/file-drop.js"
import { listenToSearchKeys } from "../helpers/search-keys.js"
import "../helpers/local-time.js"
import "../helpers/page-errors.js"
import { SignInWatch } from "../elements/sign-in-watch.js"
import "./bell.js"
// After the bell, whose connection it uses, with the page's epoch.
import "../elements/announcement-banner.js"

const { person, signIn } = document.querySelector("[data-sign-out]").dataset

function showNotice(words) {
  document.querySelector("main > .notice[role=alert]")?.remove()
  const notice = Object.assign(document.createElement("p"), { className: "notice warning", textContent: words })
  notice.setAttribute("role", "alert")
  document.querySelector("main").prepend(notice)
}

refuseFiles(showNotice)
listenToSearchKeys()
new SignInWatch({ person: Number(person), signIn, showNotice }).begin()
