const OWN = [TypeError, ReferenceError, RangeError]

/**
 * Report an error of our own code that was caught on the way to be tried again or shown: what the network and the server
 * refuse has a name of its own, and is expected.
 */
export function reportBug(error, report = globalThis.reportError) {
  if (OWN.some(kind => error instanceof kind)) report?.(error)
}
