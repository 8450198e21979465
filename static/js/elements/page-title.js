import { roomLabel } from "../helpers/names.js"
import { showUnread } from "./unread-title.js"

/** Keep the page's title current: "(3) # general · Hubbub", also in a background tab. */
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
