import { roomLabel } from "../helpers/names.js"

/** "(3) # general · Hubbub": what waits, where one is. It also changes in a tab that nobody looks at. */
export function keepTitle(app) {
  const show = () => {
    const { unread } = app.rooms.total
    const count = unread ? `(${unread > 999 ? "999+" : unread}) ` : ""
    const name = app.room ? `${roomLabel(app.room)} · ` : ""
    const title = `${count}${name}${app.site.name}`
    if (document.title !== title) document.title = title
  }
  app.rooms.on(show)
  app.desk.on(detail => detail?.shown && show())
  show()
}
