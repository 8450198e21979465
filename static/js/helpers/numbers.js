import { LOCALE } from "./i18n.js"

const MOST_DECIMALS = 4
const formats = Array.from(
  { length: MOST_DECIMALS + 1 },
  (_, least) => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: least, maximumFractionDigits: MOST_DECIMALS }),
)
const percent = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2, minimumFractionDigits: 2 })

/**
 * Format a value: 1,084.25, with at least so many decimals. Very large and small values keep four digits. The template
 * filter `number` does the same.
 */
export function shortNumber(value, decimals = 0) {
  const size = Math.abs(value)
  if (size >= 1e12 || (size > 0 && size < 1e-3)) return String(Number(value.toPrecision(4)))
  return formats[decimals].format(value)
}

/** Count the decimals of a value, up to the maximum that is shown. */
export function decimalsOf(value) {
  return Number(value.toFixed(MOST_DECIMALS)).toString().split(".")[1]?.length ?? 0
}

export function percentage(ratio) {
  return `${percent.format(ratio * 100)} %`
}
