const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/**
 * Isolate a right-to-left name, so that it does not change the direction of a sentence; as in
 * accounts/names/bidi_isolation.py.
 */
export function isolate(name) {
  return FROM_THE_RIGHT.test(name) ? `\u2068${name}\u2069` : name
}
