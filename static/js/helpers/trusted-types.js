/**
 * The only module that puts HTML into a page: the `html` of messages, which the server rendered and sanitised, and
 * pages of this site; and the only one that names a script, the service worker. With Trusted Types the browser enforces
 * this.
 */
const policy = globalThis.trustedTypes?.createPolicy("hubbub", { createHTML: html => html, createScriptURL: ourOwn })

export function setMessageHtml(element, html) {
  element.innerHTML = policy ? policy.createHTML(html) : html
}

/** Parse a fetched page of this site, to take parts of it. */
export function readPage(html) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html")
}

/** Return the URL of the service worker as a trusted one. */
export function workerUrl(url) {
  return policy ? policy.createScriptURL(url) : ourOwn(url)
}

function ourOwn(url) {
  const { origin, href } = new URL(url, location.href)
  if (origin !== location.origin) throw new TypeError(`${href} is none of our scripts.`)
  return href
}
