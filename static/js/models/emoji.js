const SHOWN = 24
const KEPT = 100
const COMMON = "👍 ❤️ 😄 🎉 🙏 👀 ✅ 🔥 😅 🤔 💯 👋".split(" ")

/** The list of emoji, fetched on first use, and how often this browser used each. */
export class Emoji {
  #list = null

  constructor(url, storage) {
    Object.assign(this, { url, storage })
  }

  /** The skin tone that was chosen in this browser. */
  get tone() {
    return this.storage.getItem("hubbub.skin-tone") ?? ""
  }

  set tone(tone) {
    this.storage.setItem("hubbub.skin-tone", tone)
  }

  /** [[name, character, other names, words, group, 1 if it has skin tones], …] */
  load() {
    this.#list ??= this.#fetch()
    return this.#list
  }

  /** The most used emoji, the more recent first among equals; then common ones. */
  get mostUsed() {
    const used = [...this.#counts()].reverse().sort(([, one], [, other]) => other - one)
    return [...new Set([...used.map(([character]) => character), ...COMMON])].slice(0, SHOWN)
  }

  use(character) {
    const counts = this.#counts()
    const count = (counts.get(character) ?? 0) + 1
    counts.delete(character)
    counts.set(character, count)
    this.storage.setItem("hubbub.emoji", JSON.stringify([...counts].slice(-KEPT)))
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

  /** The counts, in the order of last use. Older versions stored only that order: "👍 🎉". */
  #counts() {
    const stored = this.storage.getItem("hubbub.emoji") ?? ""
    try {
      return new Map(JSON.parse(stored))
    } catch {
      const characters = stored.split(" ").filter(Boolean)
      return new Map(characters.reverse().map(character => [character, 1]))
    }
  }
}
