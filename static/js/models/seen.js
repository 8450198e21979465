/**
 * Find how far a room has been seen without a gap. `seen` is the position before; `from` and `to` are the posted_seqs
 * that are on the screen now.
 *
 * There is one read position in a room. After a jump over unread messages it must not move, or they would count as read
 * without having been shown.
 */
export function seenUpTo({ history, unread, me, seen, from, to }) {
  if (to <= seen) return seen
  if (!unread) return to
  const skipped = history.messages.filter(({ posted_seq: position }) => position > seen && position < from)
  const isOpen = history.moreBefore && history.oldest.posted_seq > seen
  return isOpen || skipped.some(message => isCounted(message, me)) ? seen : to
}

/** Whether the unread count includes a message. */
function isCounted({ kind, author, deleted_at: deletedAt }, me) {
  return kind === "text" && author.id !== me && !deletedAt
}
