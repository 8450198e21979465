import { html, nothing } from "../../vendor/lit-html/lit-html.js"

/**
 * A message of mine, open for rewriting in its place. Enter saves, Esc gives up.
 * Read-only while it is saved: disabled, it would lose the focus, and nobody could tell where it should go back to.
 */
export function editorTemplate(editing) {
  if (editing.state === "loading") return html`<p class="soft" role="status">One moment…</p>`
  if (editing.state === "failed") {
    return html`<p class="failed">${editing.error} <button type="button" class="link" @click=${() => editing.cancel()}>Close</button></p>`
  }
  const submit = event => {
    event.preventDefault()
    editing.finish(event.currentTarget.elements.text.value)
  }
  return html`<form class="editor" @submit=${submit} @keydown=${event => onKey(event, editing)}>
    <textarea name="text" rows="1" aria-label="Edit the message" dir="auto" ?readonly=${editing.state === "saving"}></textarea>
    <p class="editor-bar">
      <button class="link">Save</button> <kbd>Enter</kbd>
      <button type="button" class="link" @click=${() => editing.cancel()}>Cancel</button> <kbd>Esc</kbd>
    </p>
    ${editing.error ? html`<p class="failed" role="alert">${editing.error}</p>` : nothing}
  </form>`
}

function onKey(event, editing) {
  event.stopPropagation()
  if (event.isComposing) return
  if (event.key === "Escape") editing.cancel()
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault()
    event.currentTarget.requestSubmit()
  }
}
