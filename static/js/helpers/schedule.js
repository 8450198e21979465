/** Draw once before the next frame; in a tab that is not looked at there are no frames, so soon. */
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

/** Do what can wait when the page is loaded and the browser has nothing else to do. */
export function whenIdle(act) {
  const idle = () => (globalThis.requestIdleCallback ?? setTimeout)(() => act())
  if (document.readyState === "complete") idle()
  else addEventListener("load", idle, { once: true })
}
