import { openProfileCard } from "./profile-card.js"

/** The people in the timeline: a press on a face, a name or an @mention opens their card. */
export function listenToPeople(log) {
  log.content.addEventListener("click", ({ target }) => {
    const mention = target.closest(".mention[data-user]")
    if (mention) return openProfileCard(mention, log.app, personOf(mention))
    const row = target.closest(".person-name, .message > .avatar") && target.closest(".message")
    const message = log.message(row)
    // The face is no tab stop of its own: it stands for the name beside it.
    if (message) openProfileCard(row.querySelector(".person-name"), log.app, message.author)
  })
}

/** As much as a mention says of a person, for whom the page does not know. */
function personOf(mention) {
  const name = mention.textContent.slice(1)
  return { id: Number(mention.dataset.user), username: name, name, avatar: null }
}
