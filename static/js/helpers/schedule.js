/** Return a function that calls `draw` once before the next frame, or soon in a hidden tab, which has no frames. */
export function beforeNextFrame(draw) {
  let due = false
  return () => {
    if (due) return
    due = true
    const run = () => {
      due = false
      draw()
    }
    if (document.hidden) setTimeout(run, 100)
    else requestAnimationFrame(run)
  }
}

/** Call `act` when the page has loaded and the browser is idle. */
export function whenIdle(act) {
  const idle = () => (globalThis.requestIdleCallback ?? setTimeout)(() => act())
  if (document.readyState === "complete") idle()
  else addEventListener("load", idle, { once: true })
}
