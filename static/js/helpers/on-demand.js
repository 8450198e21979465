/**
 * The parts of the chat that are loaded when they are first needed. The page has their URLs, which contain hashes
 * (templates/chat/_app_data.html).
 */
const loading = new Map()

/** Load a part: its stylesheet, if it has one, and its module, with which the promise resolves. Rejects if offline. */
export function loadOnDemand(name) {
  if (!loading.has(name)) {
    const part = load(name)
    loading.set(name, part)
    part.catch(() => loading.delete(name))
  }
  return loading.get(name)
}

async function load(name) {
  const { [`${name}Script`]: script, [`${name}Sheet`]: sheet } = document.getElementById("app").dataset
  const [module] = await Promise.all([loadModule(new URL(script, location.href).href), sheet && loadSheet(sheet)])
  return module
}

/** `url` is a whole URL: a path would be relative to this module. */
function loadModule(url) {
  return import(url)
}

function loadSheet(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href })
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve)
    link.addEventListener("error", () => {
      link.remove()
      reject(new Error(`${href} could not be loaded.`))
    })
    document.head.append(link)
  })
}
