import { copyText } from "./browser.js"
import { t } from "./i18n.js"

/** Let each `<button data-copy="id">` copy what that element has, a field or words, and say so. */
export function offerCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy)
    button.addEventListener("click", async () => {
      select(source) // The clipboard is closed to pages without HTTPS; what is selected can still be copied by hand.
      if (await copyText(source.value ?? source.textContent)) button.querySelector("span").textContent = t("Copied")
    })
  }
}

function select(source) {
  if (source.select) source.select()
  else getSelection().selectAllChildren(source)
}
