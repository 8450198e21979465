import { copyText } from "./browser.js"
import { t } from "./i18n.js"

/** Let each `<button data-copy="id">` copy the value or text of that element. */
export function offerCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy)
    button.addEventListener("click", async () => {
      select(source) // Pages without HTTPS have no clipboard; selected text can be copied by hand.
      if (await copyText(source.value ?? source.textContent)) button.querySelector("span").textContent = t("Copied")
    })
  }
}

function select(source) {
  if (source.select) source.select()
  else getSelection().selectAllChildren(source)
}
