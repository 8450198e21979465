/**
 * The rows of the notification page, by day, newest first. They are rendered by the server and taken from fetched
 * pages.
 */
export class InboxRows {
  constructor(inbox) {
    this.inbox = inbox
  }

  get rows() {
    return [...this.inbox.querySelectorAll(".item")]
  }

  get ids() {
    return this.rows.flatMap(idsOf)
  }

  get older() {
    return this.inbox.querySelector(".pager a")
  }

  get days() {
    return [...this.inbox.querySelectorAll(".inbox-day")]
  }

  /** Find the row of a notification, which may contain others of its group. */
  find(id) {
    return findRow(this.inbox, id)
  }

  /** Replace all rows by those of a page, unless the days are the same: a row may have the focus. */
  start(page) {
    const inbox = page.querySelector("#inbox")
    const isSame = row => dayOf(this.find(idsOf(row)[0])) === dayOf(row)
    if ([...inbox.querySelectorAll(".item")].every(isSame)) return
    this.inbox.replaceChildren(...document.adoptNode(inbox).childNodes)
  }

  /** Append an older page. */
  append(page) {
    this.older?.parentElement.remove()
    for (const row of page.querySelectorAll(".item")) {
      if (!idsOf(row).some(id => this.find(id))) this.#place(row, row.closest(".inbox-day"))
    }
    const pager = page.querySelector(".pager")
    if (pager) this.inbox.append(document.adoptNode(pager))
  }

  /** Update the rows of these notifications from a fetched page; remove those that are not on it. */
  refresh(ids, page) {
    const gone = ids.filter(id => !findRow(page, id))
    for (const row of page.querySelectorAll(".item")) {
      const [old, ...more] = new Set(
        idsOf(row)
          .map(id => this.find(id))
          .filter(Boolean),
      )
      for (const other of more) this.#remove(other)
      this.#replace(old, row)
    }
    for (const row of new Set(gone.map(id => this.find(id)))) if (row) this.#remove(row)
    this.inbox.querySelector(".empty")?.remove()
    const empty = page.querySelector(".empty")
    if (!this.rows.length && !this.older && empty) this.inbox.append(document.adoptNode(empty))
  }

  #replace(old, row) {
    if (old && placeOf(old) === placeOf(row)) return swap(old, row)
    // A row below the loaded ones comes with its own page later.
    if (!old && this.older && placeOf(row) < placeOf(this.rows.at(-1))) return
    this.#place(row, row.closest(".inbox-day"))
    if (!old) return
    controlsOf(row)[focusedOf(old)]?.focus()
    this.#remove(old)
  }

  #remove(row) {
    if (row.contains(document.activeElement)) focusBeside(row, this.rows)
    const day = row.closest(".inbox-day")
    row.remove()
    if (!day.querySelector(".item")) day.remove()
  }

  #place(row, day) {
    const list = this.#listOf(day)
    const next = [...list.children].find(other => placeOf(other) < placeOf(row))
    list.insertBefore(document.adoptNode(row), next ?? null)
  }

  #listOf(day) {
    const here = this.days.find(({ dataset }) => dataset.day === day.dataset.day)
    if (here) return here.querySelector("ul")
    const anew = document.importNode(day, true)
    anew.querySelector("ul").replaceChildren()
    const next = this.days.find(({ dataset }) => dataset.day < day.dataset.day)
    this.inbox.insertBefore(anew, next ?? this.older?.parentElement ?? null)
    return anew.querySelector("ul")
  }
}

function dayOf(row) {
  return row?.closest(".inbox-day").dataset.day
}

function findRow(page, id) {
  return page.querySelector(`.item[data-ids~="${id}"]`)
}

function idsOf({ dataset }) {
  return dataset.ids.split(" ")
}

/** Replace a row; an open menu stays open, and the focus stays on the same control. */
function swap(old, row) {
  const focused = focusedOf(old)
  const isOpen = old.querySelector("details").open
  old.replaceWith(document.adoptNode(row))
  row.querySelector("details").open = isOpen
  controlsOf(row)[focused]?.focus()
}

function focusedOf(row) {
  return controlsOf(row).indexOf(document.activeElement)
}

function controlsOf(row) {
  return [...row.querySelectorAll("a, button, summary")]
}

/** Move the focus from a removed row to the next one, the one before, or the heading. */
function focusBeside(row, rows) {
  const at = rows.indexOf(row)
  const next = rows[at + 1] ?? rows[at - 1]
  const target = next?.querySelector(".item-title a, button")
  if (target) return target.focus()
  const heading = document.querySelector("h1")
  heading.tabIndex = -1
  heading.focus()
}

function placeOf(row) {
  return Number(row.dataset.position)
}
