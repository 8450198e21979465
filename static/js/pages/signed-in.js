// A page of somebody who is signed in, other than the chat: the bell, the announcements, and whose page it is.

import { refuseFiles } from "../helpers/file-drop.js"
import "../helpers/local-time.js"
import "../helpers/page-errors.js"
import { SignInWatch } from "../elements/sign-in-watch.js"
import "./bell.js"
// On the bell's connection, which knows where the page's state stands.
import "../elements/announcement-banner.js"

const { person, signIn } = document.querySelector("[data-sign-out]").dataset

function showNotice(words) {
  document.querySelector("main > .notice[role=alert]")?.remove()
  const notice = Object.assign(document.createElement("p"), { className: "notice warning", textContent: words })
  notice.setAttribute("role", "alert")
  document.querySelector("main").prepend(notice)
}

refuseFiles(showNotice)
new SignInWatch({ person: Number(person), signIn, showNotice }).begin()
