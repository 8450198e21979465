/**
 * The sizes of images and videos in messages, known before they load, so that nothing moves. chat/pages/message_files.py
 * does the same.
 */

const WIDEST = 420
const HIGHEST = 320
const LEAST = 64
const UNKNOWN = { width: 16, height: 9 }
const MOST_IN_A_ROW = 4
/** The longer sides of the thumbnails. */
const SMALL = 480
const LARGE = 1920

/** The size in which a single image or a video is shown: its own, or as large as fits; a very thin one is cropped. */
export function shownSize({ width, height }) {
  const [w, h] = width && height ? [width, height] : [WIDEST, (WIDEST * UNKNOWN.height) / UNKNOWN.width]
  const scale = Math.min(1, WIDEST / w, HIGHEST / h)
  return { width: Math.max(LEAST, Math.round(w * scale)), height: Math.max(LEAST, Math.round(h * scale)) }
}

/** How many images share the row of each image: rows of up to four, the larger images first. */
export function rowLengths(count) {
  if (count < 4) return Array(count).fill(count)
  const rows = count === 4 ? 2 : Math.ceil(count / MOST_IN_A_ROW)
  const lengths = Array.from({ length: rows }, (_, row) => Math.floor((count + row) / rows))
  return lengths.flatMap(length => Array(length).fill(length))
}

/** The widths of the thumbnails, and the width in which the image is shown, for `srcset` and `sizes`. */
export function imageWidths({ width = 1, height = 1 }, rowLength) {
  const shown = shownSize({ width, height })
  const cell = Math.ceil((WIDEST / rowLength) * Math.max(1, width / height))
  const widthOf = side => Math.round(width * Math.min(1, side / Math.max(width, height)))
  return { small: widthOf(SMALL), large: widthOf(LARGE), shown: rowLength > 1 ? cell : shown.width }
}
