import { Emitter } from "../helpers/emitter.js"
import { refuseFile } from "../helpers/file-limits.js"
import { t } from "../helpers/i18n.js"

/**
 * The files of a message that is not sent yet, in their order. Their uploads begin when they are added.
 *
 * `uploads`: the page's uploads. `drafts` stores which files are in the tray: `files(place)` returns
 * [{key, description}], `writeFiles(place, files)` stores them; `place()` is the id of the current room. `limits()` are
 * the limits that the page knows, `renewLimits()` fetches them again. `measure(file)` resolves with a file's facts.
 */
export class FileTray extends Emitter {
  /** Why files were not added: sentences, until they are dismissed or others are added. */
  refusals = []
  /** The bytes that were added since the limits were read. */
  #added = 0

  constructor({ uploads, drafts, place, limits, renewLimits = async () => null, measure = async () => ({}) }) {
    super()
    Object.assign(this, { uploads, drafts, place, limits, renewLimits, measure })
    for (const emitter of [uploads, drafts]) emitter.on(() => this.changed())
  }

  /** The files: their uploads, each with a `description`. */
  get files() {
    return this.#rows()
      .map(({ key, description }) => ({ ...this.uploads.get(key), description }))
      .filter(({ key }) => key)
  }

  /** Whether no file prevents that the message is sent. */
  get isSendable() {
    return this.files.every(({ state }) => state !== "failed")
  }

  /** Add files, unless a limit refuses them. Resolves with the keys of those that were added. */
  async add(files) {
    const place = this.place()
    this.refusals = []
    const keys = []
    const measuring = files.slice(0, this.limits().most).map(file => this.measure(file))
    for (const [index, file] of files.entries()) {
      const refusal = await this.#refuse(file, place)
      if (refusal) this.#note(refusal)
      else keys.push(this.#addOne(file, await measuring[index], place))
    }
    return keys
  }

  /** Remove a file and cancel its upload. */
  remove(key) {
    const upload = this.uploads.get(key)
    this.#added -= upload?.size ?? 0
    this.#write(this.#rows().filter(row => row.key !== key))
    if (upload) this.uploads.cancel(key)
  }

  /** Move a file by so many places, towards the end if `by` is positive. */
  move(key, by) {
    const rows = this.#rows()
    const from = rows.findIndex(row => row.key === key)
    const to = Math.max(0, Math.min(from + by, rows.length - 1))
    if (from < 0 || to === from) return
    rows.splice(to, 0, ...rows.splice(from, 1))
    this.#write(rows)
  }

  /** Describe what a file shows, for those who cannot see it. */
  describe(key, description) {
    this.#write(this.#rows().map(row => (row.key === key ? { ...row, description: description.trim() } : row)))
  }

  /** Empty the tray, without cancelling the uploads, and return its files for a message: [{key, description}]. */
  take() {
    const known = new Set(this.files.map(({ key }) => key))
    const taken = this.#rows().filter(({ key }) => known.has(key))
    this.refusals = []
    this.#write([])
    return taken
  }

  dismissRefusals() {
    this.refusals = []
    this.changed()
  }

  async #refuse(file, place) {
    const { most } = this.limits()
    if (this.#rows(place).length >= most)
      return t("A message has at most {most} files. Send the others with another one.", { most })
    if (file.isFolder)
      return t("“{name}” is a folder. Add the files in it, or pack it into an archive.", { name: file.name })
    const refusal = refuseFile(file, this.limits(), this.#added)
    if (!["quota_full", "storage_full"].includes(refusal?.code)) return refusal?.message
    // Space may have become free since the page was loaded.
    const renewed = await this.renewLimits().catch(() => null)
    if (!renewed) return refusal.message
    this.#added = 0
    return refuseFile(file, renewed)?.message
  }

  #addOne(file, facts, place) {
    const key = this.uploads.add(file, facts)
    this.#added += file.size
    this.#write([...this.#rows(place), { key, description: "" }], place)
    return key
  }

  /** Several files may be refused for the same reason. */
  #note(sentence) {
    if (!this.refusals.includes(sentence)) this.refusals = [...this.refusals, sentence]
    this.changed()
  }

  #rows(place = this.place()) {
    return this.drafts.files(place)
  }

  #write(rows, place = this.place()) {
    this.drafts.writeFiles(place, rows)
    this.changed()
  }
}
