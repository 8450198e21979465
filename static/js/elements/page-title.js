import { roomLabel } from "../helpers/names.js"
import { showUnread } from "./unread-title.js"

/** "(3) # general · Hubbub": what concerns me, where one is. It also changes in a tab that nobody looks at. */
export function keepTitle(app) {
  const show = () => {
    const name = app.room ? `${roomLabel(app.room)} · ` : ""
    const seen = app.openRooms.watching ? (app.room?.unread.count.unread ?? 0) : 0
    const isNew = app.rooms.total.unread > seen
    showUnread({ unread: app.bell.unread, isNew, title: `${name}${app.site.name}` })
  }
  app.rooms.on(show)
  app.bell.on(show)
  app.openRooms.on(detail => (detail?.shown || detail?.watching !== undefined) && show())
  show()
}
