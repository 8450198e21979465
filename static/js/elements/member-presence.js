import { t } from "../helpers/i18n.js"

/** By state, in the order in which they are listed. */
export const PRESENCES = { online: t("Online"), quiet: t("Do not disturb"), away: t("Away"), offline: t("Offline") }

/** Whether the presence of others is known: without a connection it is as it was last. */
export function isPresenceKnown({ connection }) {
  return ["connected", "connecting"].includes(connection.state)
}

/** The presence of a member of a room. Of myself I know better than the last event. */
export function memberPresence({ me, connection, ownPresence, presence }, room, id) {
  if (id === me.id) return connection.state === "connected" ? ownPresence.state : "offline"
  return presence.state(room, id)
}
