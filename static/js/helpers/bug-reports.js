const OWN = [TypeError, ReferenceError, RangeError]

/**
 * Report a bug of this code that was caught by a retry or an error message. Errors of the network and the server have
 * classes of their own, and are expected.
 */
export function reportBug(error, report = globalThis.reportError) {
  if (OWN.some(kind => error instanceof kind)) report?.(error)
}
