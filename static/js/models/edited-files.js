import { Emitter } from "../helpers/emitter.js"

/**
 * The uploads of one edit, as its tray needs them: new ones of the page, and the files that the message has, as uploads
 * that are ready. Those are removed by the server when the edit is saved.
 */
export class EditedFiles extends Emitter {
  #had

  constructor(uploads, files) {
    super()
    this.uploads = uploads
    this.#had = new Map(files.map(file => [file.id, asUpload(file)]))
  }

  /** The files of the message as rows of a tray. */
  get rows() {
    return [...this.#had.values()].map(({ key, file }) => ({ key, description: file.alt }))
  }

  isNew(key) {
    return !this.#had.has(key)
  }

  get(key) {
    return this.#had.get(key) ?? this.uploads.get(key)
  }

  add(file, facts) {
    return this.uploads.add(file, facts)
  }

  cancel(key) {
    if (this.isNew(key)) this.uploads.cancel(key)
  }
}

function asUpload(file) {
  const { id, name, type, size } = file
  return Object.freeze({ key: id, name, type, size, facts: file, state: "ready", sent: size, error: null, file })
}
