import { getJson } from "./http.js"

/** Whether the browser is still signed in: why a refused line was refused. */
export async function probeSignIn(url = "/accounts/me.json") {
  try {
    await getJson(url)
    return "signed-in"
  } catch (error) {
    return error.status === 401 ? "signed-out" : "unreachable"
  }
}
