const RECENT = 24
const COMMON = "👍 ❤️ 😄 🎉 🙏 👀 ✅ 🔥 😅 🤔 💯 👋".split(" ")

/** The emoji by name, fetched when first asked for; and those that this browser used last. */
export class Emoji {
  #list = null

  constructor(url, storage) {
    Object.assign(this, { url, storage })
  }

  /** [[name, character], …] */
  load() {
    this.#list ??= this.#fetch()
    return this.#list
  }

  get recent() {
    return [...new Set([...this.#stored(), ...COMMON])].slice(0, RECENT)
  }

  use(character) {
    const recent = [character, ...this.#stored().filter(used => used !== character)].slice(0, RECENT)
    this.storage.setItem("hubbub.emoji", recent.join(" "))
  }

  async #fetch() {
    try {
      const response = await fetch(this.url)
      return await response.json()
    } catch {
      this.#list = null
      return []
    }
  }

  #stored() {
    return (this.storage.getItem("hubbub.emoji") ?? "").split(" ").filter(Boolean)
  }
}
