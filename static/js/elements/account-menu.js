import { t } from "../helpers/i18n.js"
import { setTheme, theme } from "../helpers/theme.js"
import { soonName } from "../helpers/time.js"
import { openKeysDialog } from "./part-loader.js"

const WORDS = { online: t("Online"), away: t("Away"), connecting: t("Connecting…"), offline: t("Not connected") }

/** The user's presence and menu at the foot of the sidebar. The server renders it; this updates it. */
class AccountMenu extends HTMLElement {
  begin(app) {
    const show = () => this.#showState(this.#stateOf(app))
    app.connection.on(show)
    app.ownPresence.on(show)
    app.bell.doNotDisturb.on(show)
    this.bell = app.bell
    show()
    this.#offerThemes()
    this.querySelector("[data-keys]").addEventListener("click", () => {
      this.querySelector("[popover]").hidePopover()
      openKeysDialog(app)
    })
  }

  #stateOf({ connection, ownPresence }) {
    if (connection.state === "connected") return ownPresence.state
    return connection.state === "connecting" ? "connecting" : "offline"
  }

  #showState(state) {
    this.querySelector(".self .avatar").dataset.presence = state === "connecting" ? "offline" : state
    this.querySelector("[data-state]").textContent = this.#words(state)
    this.querySelector("[data-quiet-off]").hidden = this.bell.doNotDisturb.until === null
  }

  #words(state) {
    const { until } = this.bell.doNotDisturb
    return state === "quiet" && until
      ? t("Quiet until {time}", { time: soonName(until) })
      : (WORDS[state] ?? WORDS.online)
  }

  #offerThemes() {
    for (const radio of this.querySelectorAll("input[name=theme]")) {
      radio.checked = radio.value === theme()
      radio.addEventListener("change", () => setTheme(radio.value))
    }
  }
}

customElements.define("account-menu", AccountMenu)
