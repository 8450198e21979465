/** Go to an address as a press on a link does: in the chat without loading a page. */
export function goTo(url) {
  const link = Object.assign(document.createElement("a"), { href: url, hidden: true })
  document.body.append(link)
  link.click()
  link.remove()
}
