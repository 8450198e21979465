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
