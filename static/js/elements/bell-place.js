import { narrow } from "./panels.js"

/** The bell stands beside the name of the site; where that is in a drawer, at the head of the room. */
export function placeBell() {
  const bell = document.querySelector("live-bell")
  const [brand, bar] = [".brand", ".bar-bell"].map(selector => document.querySelector(selector))
  bar.replaceChildren() // the link that the server drew for a phone
  const place = () => (narrow.rooms.matches ? bar : brand).append(bell)
  narrow.rooms.addEventListener("change", place)
  place()
}
