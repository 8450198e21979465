import { whenTyped } from "../helpers/keys.js"

/** Keyboard shortcuts of the notification page: J and K move down and up, E archives the focused row, H snoozes it. */
export function listenToInboxKeys(list) {
  document.addEventListener(
    "keydown",
    whenTyped(event => {
      const act = KEYS[event.key.toLowerCase()]
      if (!act || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return
      event.preventDefault()
      act(list.rows, document.activeElement.closest(".item"))
    }),
  )
}

const KEYS = {
  j: (rows, row) => go(rows, row ? rows.indexOf(row) + 1 : 0),
  k: (rows, row) => go(rows, row ? rows.indexOf(row) - 1 : rows.length - 1),
  e: (_, row) => row?.querySelector(".icon-button[value^='archive ']")?.click(),
  h: (_, row) => row && snooze(row),
}

function go(rows, at) {
  const row = rows[at]
  const target = row?.querySelector(".item-title a") ?? row
  if (target === row) row?.setAttribute("tabindex", "-1")
  target?.focus()
}

function snooze(row) {
  row.querySelector("details").open = true
  row.querySelector("[value^='snooze-']").focus()
}

function isBusy(target) {
  return (
    target.matches("input, textarea, select, [contenteditable]") ||
    document.querySelector("dialog[open], :popover-open")
  )
}
