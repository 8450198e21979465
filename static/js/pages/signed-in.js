// A page of somebody who is signed in, other than the chat.

import { refuseFiles } from "../helpers/file-drop.js"
import "../helpers/local-time.js"
import "../helpers/page-errors.js"
import { SignInWatch } from "../elements/sign-in-watch.js"

const { person, signIn } = document.querySelector("[data-sign-out]").dataset

function say(words) {
  document.querySelector("main > .notice[role=alert]")?.remove()
  const notice = Object.assign(document.createElement("p"), { className: "notice warning", textContent: words })
  notice.setAttribute("role", "alert")
  document.querySelector("main").prepend(notice)
}

refuseFiles(say)
new SignInWatch({ person: Number(person), signIn, say }).begin()
