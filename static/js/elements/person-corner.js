import { setTheme, theme } from "../helpers/theme.js"

const WORDS = { online: "Online", away: "Away", offline: "Not connected" }

/** The corner of the sidebar that is mine: how others see me, and my menu. The server drew it; this keeps it true. */
class PersonCorner extends HTMLElement {
  begin(app) {
    const show = () => this.#showState(app.connection.state === "connected" ? app.away.state : "offline")
    app.connection.on(show)
    app.away.on(show)
    show()
    this.#offerThemes()
    this.querySelector("[data-keys]").addEventListener("click", () => {
      this.querySelector("[popover]").hidePopover()
      document.querySelector("keys-dialog").open()
    })
  }

  #showState(state) {
    this.querySelector(".self .face").dataset.presence = state
    this.querySelector("[data-state]").textContent = WORDS[state]
  }

  #offerThemes() {
    for (const radio of this.querySelectorAll("input[name=theme]")) {
      radio.checked = radio.value === theme()
      radio.addEventListener("change", () => setTheme(radio.value))
    }
  }
}

customElements.define("person-corner", PersonCorner)
