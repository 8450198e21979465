/**
 * The one door through which HTML enters the page: the `html` of a message, which the server rendered and sanitised, and
 * pages of our own. With Trusted Types the policy is the proof that nobody else opens it.
 */
const policy = globalThis.trustedTypes?.createPolicy("hubbub", { createHTML: html => html })

export function setMessageHtml(element, html) {
  element.innerHTML = policy ? policy.createHTML(html) : html
}

/** Read a page of ours, fetched from the server, to take parts of it over into this one. */
export function readPage(html) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html")
}
