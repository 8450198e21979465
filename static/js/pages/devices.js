// The devices page: push on this browser, and the names and test pushes of all devices.

import "../elements/push-devices.js"
import { PushBrowser } from "../elements/push-browser.js"
import { withPushLock } from "../helpers/push-subscription.js"
import { Push } from "../models/push.js"
import { PushApi } from "../models/push-api.js"

const initialData = JSON.parse(document.getElementById("devices-data").textContent)
const browser = new PushBrowser(initialData)
const push = new Push(initialData, { browser, api: new PushApi(initialData.urls), withLock: withPushLock })
document.querySelector("push-devices").begin({ push })
browser.onPermission(() => push.changed())
push.look()
