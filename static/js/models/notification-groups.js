import { isolate } from "../helpers/bidi-isolation.js"
import { t } from "../helpers/i18n.js"

const LONGEST_NAME = 32

/**
 * The rows of the panel: notifications of one group and kind share a row; unread rows come first, then by their newest
 * notification. A row is {key, kind, unread, newest, all, who}.
 */
export function groupNotifications(rows, isUnread) {
  const groups = Map.groupBy(rows, row => keyOf(row, isUnread(row)))
  const all = [...groups].map(([key, some]) => makeGroup(key, some, isUnread(some[0])))
  return all.sort((one, other) => other.unread - one.unread || other.newest.position - one.newest.position)
}

/**
 * Split the title, so that names can be bold: {who, text}. A title that begins with its actor's name can stand for
 * several actors: "Ana wrote to you" becomes "Ana and 4 others" + " wrote to you". Any other gets "and 4 more"; news
 * have their stream's name: "Deploys" + ": v2 is live".
 */
export function titleParts({ newest, all, who }) {
  const { actor, stream, title } = newest
  const begins = actor && [isolate(actor.name), actor.name].find(name => title.startsWith(name))
  if (begins) return { who: nameSome(who), text: title.slice(begins.length) }
  const said = all.length > 1 ? t("{title}, and {count} more", { title, count: all.length - 1 }) : title
  return stream ? { who: isolate(shorten(stream.name)), text: `: ${said}` } : { who: "", text: said }
}

/** A long name must leave one of the two lines to the text. */
function shorten(name) {
  const characters = [...name]
  return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME).join("")}…` : name
}

/** "Ana", "Ana and Bob", "Ana and 4 others". */
export function nameSome(people) {
  const [name, other] = people.map(person => isolate(person.name))
  if (people.length === 1) return name
  if (people.length === 2) return t("{name} and {other}", { name, other })
  return t("{name} and {count} others", { name, count: people.length - 1 })
}

function keyOf({ id, group, kind }, unread) {
  return group ? `${group} ${kind} ${unread ? "unread" : "read"}` : `n${id}`
}

function makeGroup(key, some, unread) {
  const all = [...some].sort((one, other) => other.position - one.position)
  const people = new Map()
  for (const { actor } of all) if (actor && !people.has(actor.id)) people.set(actor.id, actor)
  return { key, kind: all[0].kind, unread, newest: all[0], all, who: [...people.values()] }
}
