/**
 * The one door through which HTML enters the page: the `html` of a message, which the server rendered and sanitised.
 * With Trusted Types the policy is the proof that nobody else opens it.
 */
const policy = globalThis.trustedTypes?.createPolicy("hubbub", { createHTML: html => html })

export function setMessageHtml(element, html) {
  element.innerHTML = policy ? policy.createHTML(html) : html
}
