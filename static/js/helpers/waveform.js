/** The bars of a waveform. The server takes up to 100, a byte for each. */
export const BARS = 60
/** Below this level (of 1) there is only noise, which is not to look like speech. */
const QUIET = 0.02

/** Levels (0 to 1) as base64 of a byte for each bar, in proportion to the loudest. Null without levels. */
export function encodeWaveform(levels) {
  if (!levels.length) return null
  const bars = loudestOf(levels)
  const loudest = Math.max(QUIET, ...bars)
  return btoa(String.fromCharCode(...bars.map(level => Math.round((level / loudest) * 255))))
}

/** The loudest level in each of as many parts as there are bars. Few levels are stretched. */
export function loudestOf(levels, bars = BARS) {
  return Array.from({ length: bars }, (_, bar) => {
    const start = Math.floor((bar * levels.length) / bars)
    const end = Math.max(start + 1, Math.floor(((bar + 1) * levels.length) / bars))
    let loudest = 0
    for (let place = start; place < end; place += 1) loudest = Math.max(loudest, Math.abs(levels[place]))
    return Math.min(1, loudest)
  })
}
