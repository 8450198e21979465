/** Follow a URL like a click on a link: in the chat without loading a page. */
export function goTo(url) {
  const link = Object.assign(document.createElement("a"), { href: url, hidden: true })
  document.body.append(link)
  link.click()
  link.remove()
}
