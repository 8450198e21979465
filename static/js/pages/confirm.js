// Ask in a dialog before a form takes something away. Without this script the server asks on a page of its own.

document.addEventListener("submit", (event) => {
  const form = event.target
  if (!form.dataset.confirm) return
  event.preventDefault()
  if (form.reportValidity()) ask(form.dataset, () => send(form))
})

function ask({ confirm, confirmText, confirmVerb }, proceed) {
  const dialog = element("dialog", { className: "dialog" })
  dialog.setAttribute("aria-labelledby", "dialog-title")
  dialog.setAttribute("aria-describedby", "dialog-text")
  const cancel = element("button", { className: "button", type: "button", textContent: "Cancel", autofocus: true })
  const yes = element("button", { className: "button danger", type: "button", textContent: confirmVerb })
  const actions = element("div", { className: "actions" })
  actions.append(cancel, yes)
  dialog.append(
    element("h2", { id: "dialog-title", textContent: confirm }),
    element("p", { id: "dialog-text", textContent: confirmText }),
    actions,
  )
  cancel.addEventListener("click", () => dialog.close())
  yes.addEventListener("click", proceed)
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

function send(form) {
  form.append(element("input", { type: "hidden", name: "confirmed", value: "1" }))
  form.submit()
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties)
}
