/** Where a tile stands on the stage, in pixels from its top left corner. */
export type Box = { left: number; top: number; width: number; height: number }

export type Size = { width: number; height: number }

/** Between two tiles. */
const gap = 8

/** How upright and how wide a tile may be, as width by height: what is beyond would cut a face. */
const narrowest = 9 / 16
const widest = 2.4

/** The shape of a picture that is not there yet. */
const usualShape = 4 / 3

/** What a strip of small tiles takes of the stage beside a large one. */
const stripShare = 0.22
const stripMin = 88
const stripMax = 240

/**
 * Where each tile stands: in rows of equal tiles or, where one is large, with the others in a strip at the
 * side or below. `shapes` has the width by the height of each picture; it is what decides between few
 * wide tiles and many upright ones.
 */
export function boxesOf(
  stage: Size,
  shapes: readonly (number | undefined)[],
  large?: number,
): Box[] {
  const known = shapes.map((shape) => shape ?? usualShape)
  const whole = { left: 0, top: 0, ...stage }
  if (large === undefined || known.length < 2) return rowsOf(whole, known)
  const { picture, strip } = withStrip(whole, known[large] ?? usualShape)
  const small = rowsOf(
    strip,
    known.filter((_, at) => at !== large),
  )
  return [...small.slice(0, large), picture, ...small.slice(large)]
}

/** The number of columns with which most is seen of the pictures. */
function rowsOf(area: Box, shapes: readonly number[]): Box[] {
  const choices = shapes.map((_, at) => {
    const columns = at + 1
    const tile = tileOf(area, columns, Math.ceil(shapes.length / columns))
    return { columns, tile, seen: seenOf(tile, shapes) }
  })
  const [first, ...others] = choices
  if (!first) return []
  const best = others.reduce((found, each) => (each.seen > found.seen ? each : found), first)
  return placed(area, best.tile, best.columns, shapes.length)
}

/** The largest tile, neither too upright nor too wide, that fits so many times. */
function tileOf(area: Size, columns: number, rows: number): Size {
  const width = Math.max(0, (area.width - gap * (columns - 1)) / columns)
  const height = Math.max(0, (area.height - gap * (rows - 1)) / rows)
  return {
    width: Math.floor(Math.min(width, height * widest)),
    height: Math.floor(Math.min(height, width / narrowest)),
  }
}

/**
 * How much is seen in tiles of that size. A picture fills its tile, so that what does not fit is cut off.
 * The root weighs both: a large face, and a picture that is whole.
 */
function seenOf({ width, height }: Size, shapes: readonly number[]): number {
  if (width === 0 || height === 0) return 0
  const kept = shapes.map((shape) => {
    const ratio = width / height / shape
    return Math.sqrt(Math.min(ratio, 1 / ratio))
  })
  return width * height * kept.reduce((sum, each) => sum + each, 0)
}

/** Row by row; the tiles of each row, and the rows, stand in the middle. */
function placed(area: Box, tile: Size, columns: number, count: number): Box[] {
  const rows = Math.ceil(count / columns)
  const top = area.top + (area.height - rows * (tile.height + gap) + gap) / 2
  return Array.from({ length: count }, (_, at) => {
    const row = Math.floor(at / columns)
    const inRow = Math.min(columns, count - row * columns)
    const left = area.left + (area.width - inRow * (tile.width + gap) + gap) / 2
    return {
      left: Math.round(left + (at % columns) * (tile.width + gap)),
      top: Math.round(top + row * (tile.height + gap)),
      ...tile,
    }
  })
}

/** The large one, and the strip where it leaves the more for it: at the side, or below. */
function withStrip(whole: Box, shape: number): { picture: Box; strip: Box } {
  const { width, height } = whole
  const side = thickness(width)
  const below = thickness(height)
  const atSide = { ...whole, width: width - side - gap }
  const above = { ...whole, height: height - below - gap }
  return fitted(atSide, shape) >= fitted(above, shape)
    ? { picture: atSide, strip: { ...whole, left: width - side, width: side } }
    : { picture: above, strip: { ...whole, top: height - below, height: below } }
}

/** Never more than half of what there is. */
const thickness = (length: number): number =>
  Math.round(Math.min(Math.max(stripMin, Math.min(length * stripShare, stripMax)), length / 2))

/** The width at which the whole picture is seen. */
const fitted = ({ width, height }: Size, shape: number): number => Math.min(width, height * shape)
