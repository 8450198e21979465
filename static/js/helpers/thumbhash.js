/**
 * Placeholders of images, decoded from their thumbhash: about 25 bytes with the first terms of a cosine transform of
 * brightness, two colour differences and opacity. The format is https://evanw.github.io/thumbhash/ (MIT).
 */

/** The format has detail for 32; half of it looks the same when enlarged, and takes a quarter of the time. */
const SIDE = 16
const MOST_KEPT = 500
const urls = new Map()

/** Return the placeholder of a thumbhash (base64) as a data URL, or "" if it is none. */
export function placeholderUrl(thumbhash) {
  if (!thumbhash) return ""
  if (!urls.has(thumbhash)) {
    if (urls.size >= MOST_KEPT) urls.delete(urls.keys().next().value)
    urls.set(thumbhash, draw(thumbhash))
  }
  return urls.get(thumbhash)
}

function draw(thumbhash) {
  try {
    const { width, height, pixels } = decodeThumbhash(Uint8Array.from(atob(thumbhash), char => char.charCodeAt(0)))
    const canvas = Object.assign(document.createElement("canvas"), { width, height })
    canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0)
    return canvas.toDataURL()
  } catch {
    return ""
  }
}

/** Return {width, height, pixels}: RGBA, with a longer side of `side`. */
export function decodeThumbhash(bytes, side = SIDE) {
  const head = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16)
  const more = bytes[3] | (bytes[4] << 8)
  const [hasAlpha, isWide] = [head >> 23, more >> 15]
  const [long, short] = [hasAlpha ? 5 : 7, more & 7]
  const [nx, ny] = isWide ? [long, short] : [short, long]
  const terms = readTerms(bytes, hasAlpha ? 6 : 5)
  const light = channel((head & 63) / 63, terms(Math.max(3, nx), Math.max(3, ny), ((head >> 18) & 31) / 31))
  const yellow = channel(((head >> 6) & 63) / 31.5 - 1, terms(3, 3, (((more >> 3) & 63) / 63) * 1.25))
  const red = channel(((head >> 12) & 63) / 31.5 - 1, terms(3, 3, (((more >> 9) & 63) / 63) * 1.25))
  const alpha = hasAlpha ? channel((bytes[5] & 15) / 15, terms(5, 5, (bytes[5] >> 4) / 15)) : () => 1
  const [width, height] = [Math.min(1, nx / ny), Math.min(1, ny / nx)].map(part => Math.round(side * part))
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let index = 0; index < width * height; index += 1) {
    const [x, y] = [((index % width) + 0.5) / width, (Math.floor(index / width) + 0.5) / height]
    const [l, p, q, a] = [light, yellow, red, alpha].map(at => at(x, y))
    const blue = l - (2 / 3) * p
    const r = (3 * l - blue + q) / 2
    pixels.set(
      [r, r - q, blue, a].map(value => value * 255),
      index * 4,
    )
  }
  return { width, height, pixels }
}

/** Return a function that reads the terms of the next channel, four bits each: [x frequency, y frequency, value]. */
function readTerms(bytes, start) {
  let index = 0
  return (nx, ny, scale) => {
    const terms = []
    for (let y = 0; y < ny; y += 1)
      for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x += 1) {
        const four = (bytes[start + (index >> 1)] >> ((index & 1) << 2)) & 15
        terms.push([x, y, (four / 7.5 - 1) * scale])
        index += 1
      }
    return terms
  }
}

function channel(mean, terms) {
  return (x, y) =>
    terms.reduce(
      (sum, [fx, fy, value]) => sum + 2 * value * Math.cos(Math.PI * x * fx) * Math.cos(Math.PI * y * fy),
      mean,
    )
}
