import { getJson } from "./http.js"

/** Find out whether the browser is still signed in, after a connection was refused. */
export async function probeSignIn(url = "/accounts/me.json") {
  try {
    await getJson(url)
    return "signed-in"
  } catch (error) {
    return error.status === 401 ? "signed-out" : "unreachable"
  }
}
