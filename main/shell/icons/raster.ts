// Draws shapes into RGBA pixels, smooth at the edges. Shapes are functions of a point in the unit square (0,0 = top left),
// so one description serves every size, and no picture file has to be found at run time.

export type Shape = (x: number, y: number) => boolean
export type Colour = readonly [red: number, green: number, blue: number]
/** Painted in order; the last layer that holds a point wins. */
export interface Layer {
  readonly shape: Shape
  readonly colour: Colour
}

/** Samples along each side of a pixel. */
const samples = 4

export function rasterize(size: number, layers: readonly Layer[]): Uint8Array {
  const pixels = new Uint8Array(size * size * 4)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      pixels.set(pixelAt(column, row, size, layers), (row * size + column) * 4)
    }
  }
  return pixels
}

function pixelAt(column: number, row: number, size: number, layers: readonly Layer[]): readonly number[] {
  const sum = [0, 0, 0]
  let hits = 0
  for (let sample = 0; sample < samples * samples; sample++) {
    const x = (column + ((sample % samples) + 0.5) / samples) / size
    const y = (row + (Math.floor(sample / samples) + 0.5) / samples) / size
    const top = layers.findLast((layer) => layer.shape(x, y))
    if (!top) continue
    hits++
    for (const [at, part] of top.colour.entries()) sum[at] = (sum[at] ?? 0) + part
  }
  if (hits === 0) return [0, 0, 0, 0]
  return [...sum.map((part) => Math.round(part / hits)), Math.round((255 * hits) / samples ** 2)]
}

export const rectangle =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x < right && y >= top && y < bottom

export const circle =
  (centreX: number, centreY: number, radius: number): Shape =>
  (x, y) =>
    Math.hypot(x - centreX, y - centreY) < radius

export const roundedSquare =
  (inset: number, radius: number): Shape =>
  (x, y) => {
    const reach = 0.5 - inset - radius
    const outX = Math.max(0, Math.abs(x - 0.5) - reach)
    const outY = Math.max(0, Math.abs(y - 0.5) - reach)
    return Math.hypot(outX, outY) < radius
  }

/** Even-odd rule. */
export const polygon =
  (...points: ReadonlyArray<readonly [number, number]>): Shape =>
  (x, y) => {
    let inside = false
    for (const [at, [x1, y1]] of points.entries()) {
      const [x2, y2] = points[(at + 1) % points.length] ?? [0, 0]
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
    }
    return inside
  }

export const union =
  (...shapes: readonly Shape[]): Shape =>
  (x, y) =>
    shapes.some((shape) => shape(x, y))

export const without =
  (shape: Shape, hole: Shape): Shape =>
  (x, y) =>
    shape(x, y) && !hole(x, y)
