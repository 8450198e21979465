/**
 * How far a room was on the screen without a gap. `seen` is how far it was before, `from` and `to` are the messages (their
 * `posted_seq`) that are on the screen now.
 *
 * Reading is one position in a room: whoever jumps over a message has not read what follows it, or the message would be
 * read without ever having been shown.
 */
export function seenUpTo({ history, unread, me, seen, from, to }) {
  if (to <= seen) return seen
  if (!unread) return to
  const skipped = history.messages.filter(({ posted_seq: position }) => position > seen && position < from)
  const isOpen = history.moreBefore && history.oldest.posted_seq > seen
  return isOpen || skipped.some(message => isCounted(message, me)) ? seen : to
}

/** What the number beside a room counts. */
function isCounted({ kind, author, deleted_at: deletedAt }, me) {
  return kind === "text" && author.id !== me && !deletedAt
}
