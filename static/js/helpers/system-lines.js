import { isolate } from "./bidi-isolation.js"
import { LOCALE, rich } from "./i18n.js"

/** The sentences of system lines, by action: the same as in chat/text/system_lines.py. */
const SENTENCES = {
  created: parts => rich("{author} created the room", parts),
  joined: parts => rich("{author} joined the room", parts),
  left: parts => rich("{author} left the room", parts),
  added: parts => rich("{author} added {people}", parts),
  removed: parts => rich("{author} removed {people}", parts),
  made_owner: parts => rich("{author} made {people} an owner", parts),
  made_moderator: parts => rich("{author} made {people} a moderator", parts),
  made_member: parts => rich("{author} made {people} a member", parts),
  became_owner: parts => rich("{author} is now an owner because the last owner's account was deactivated", parts),
  renamed: parts => rich("{author} renamed the room to {text}", parts),
  topic_set: parts => rich("{author} set the topic to {text}", parts),
  topic_cleared: parts => rich("{author} cleared the topic", parts),
  previews_on: parts => rich("{author} turned link previews on", parts),
  previews_off: parts => rich("{author} turned link previews off", parts),
  archived: parts => rich("{author} archived the room", parts),
  restored: parts => rich("{author} restored the room", parts),
}

/**
 * The pieces of a line's sentence. Null for a line without facts, or with an action that is unknown here.
 * `author` is the name of the user who acted; `strong` makes a piece of a new name or topic.
 */
export function lineSentence(line, author, strong) {
  const sentence = line && Object.hasOwn(SENTENCES, line.action) && SENTENCES[line.action]
  if (!sentence) return null
  const pieces = sentence({
    author: isolate(author),
    people: new Intl.ListFormat(LOCALE, { type: "conjunction" }).format(
      (line.people ?? []).map(({ name }) => isolate(name)),
    ),
    text: strong(isolate(line.text ?? "")),
  })
  return joinTexts(pieces)
}

/** Pieces of text beside each other as one, so that the page has the text nodes that the server's has. */
function joinTexts(pieces) {
  const joined = []
  for (const piece of pieces) {
    if (typeof piece === "string" && typeof joined.at(-1) === "string") joined.push(joined.pop() + piece)
    else joined.push(piece)
  }
  return joined
}
