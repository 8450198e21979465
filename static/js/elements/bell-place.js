import { narrow } from "./panels.js"

/** The bell is beside the site's name; on a narrow screen, where that is in a drawer, it is in the room's header. */
export function placeBell() {
  const bell = document.querySelector("live-bell")
  const [brand, bar] = [".brand", ".bar-bell"].map(selector => document.querySelector(selector))
  bar.replaceChildren() // the link that the server renders for phones
  const place = () => (narrow.rooms.matches ? bar : brand).append(bell)
  narrow.rooms.addEventListener("change", place)
  place()
}
