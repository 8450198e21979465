import { t } from "../helpers/i18n.js"

/** The names of the states, in the order of the member list. */
export const PRESENCES = { online: t("Online"), quiet: t("Do not disturb"), away: t("Away"), offline: t("Offline") }

/** Whether the presence of others is known: without a connection it is out of date. */
export function isPresenceKnown({ connection }) {
  return ["connected", "connecting"].includes(connection.state)
}

/** The presence of a member of a room. The user's own is known here, earlier than from an event. */
export function memberPresence({ me, connection, ownPresence, presence }, room, id) {
  if (id === me.id) return connection.state === "connected" ? ownPresence.state : "offline"
  return presence.state(room, id)
}
