import { openProfile } from "./part-loader.js"

/** Open the profile card on a click on an avatar, a name or an @mention in the timeline. */
export function listenToPeople(log) {
  log.content.addEventListener("click", ({ target }) => {
    const mention = target.closest(".mention[data-user]")
    if (mention) return openProfile(mention, log.app, personOf(mention))
    const row = target.closest(".person-name, .message > .avatar") && target.closest(".message")
    const message = log.message(row)
    // The avatar is no tab stop; the name beside it is.
    if (message) openProfile(row.querySelector(".person-name"), log.app, message.author)
  })
}

/** The user as far as a mention tells, for one who is not loaded. */
function personOf(mention) {
  const name = mention.textContent.slice(1)
  return { id: Number(mention.dataset.user), username: name, name, avatar: null }
}
