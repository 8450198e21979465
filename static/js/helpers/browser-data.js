import { LocalData } from "../models/local-data.js"
import { localStore, tabStore } from "./safe-storage.js"
import { unsentDatabases } from "./unsent-databases.js"

/** The data that this browser stores of its user. */
export const localData = new LocalData({ local: localStore, session: tabStore, databases: unsentDatabases })
