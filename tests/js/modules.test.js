import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import test from "node:test"

const IMPORTS = /(?:from|import)\s*"(\.[^"]+)"/g

function reach(url, found = new Set()) {
  if (found.has(url.href)) return found
  found.add(url.href)
  for (const [, path] of readFileSync(url, "utf8").matchAll(IMPORTS)) reach(new URL(path, url), found)
  return found
}

test("the page names every module it needs, so that all are fetched at once", () => {
  const root = new URL("../../static/", import.meta.url)
  const needed = [...reach(new URL("js/app.js", root))].map(href => href.slice(root.href.length)).sort()
  const template = readFileSync(new URL("../../templates/chat/_room_scripts.html", import.meta.url), "utf8")
  const named = [...template.matchAll(/static '([^']+\.js)'/g)].map(([, path]) => path).sort()
  assert.deepEqual(named, needed)
})
