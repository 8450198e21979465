import { LocalData } from "../models/local-data.js"
import { localStore, tabStore } from "./safe-storage.js"
import { unsentDatabases } from "./unsent-databases.js"

/** What this browser stores of people. */
export const localData = new LocalData({ local: localStore, session: tabStore, databases: unsentDatabases })
