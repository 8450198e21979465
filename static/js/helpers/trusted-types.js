/**
 * The one door through which HTML enters the page: the `html` of a message, which the server rendered and sanitised, and
 * pages of our own; and the one script that a page names, our worker. With Trusted Types the policy is the proof that
 * nobody else opens it.
 */
const policy = globalThis.trustedTypes?.createPolicy("hubbub", { createHTML: html => html, createScriptURL: ourOwn })

export function setMessageHtml(element, html) {
  element.innerHTML = policy ? policy.createHTML(html) : html
}

/** Read a page of ours, fetched from the server, to take parts of it over into this one. */
export function readPage(html) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html")
}

/** Return the address of a worker of ours as the browser wants it. */
export function workerUrl(url) {
  return policy ? policy.createScriptURL(url) : ourOwn(url)
}

function ourOwn(url) {
  const { origin, href } = new URL(url, location.href)
  if (origin !== location.origin) throw new TypeError(`${href} is none of our scripts.`)
  return href
}
