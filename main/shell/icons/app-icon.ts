import type { Picture } from './image-formats.ts'
import { type Colour, circle, polygon, rasterize, rectangle, roundedSquare, union } from './raster.ts'

// The application's own mark: a pipe with a tank in the middle and an arrow leaving it.

const night: Colour = [16, 52, 82]
const water: Colour = [38, 166, 154]
const white: Colour = [245, 248, 250]

const pipe = rectangle(0.18, 0.45, 0.7, 0.55)
const arrow = polygon([0.68, 0.36], [0.9, 0.5], [0.68, 0.64])
const sources = union(circle(0.18, 0.32, 0.055), circle(0.18, 0.5, 0.055), circle(0.18, 0.68, 0.055))
const tank = union(rectangle(0.34, 0.28, 0.58, 0.72), circle(0.46, 0.28, 0.12), circle(0.46, 0.72, 0.12))
const level = union(rectangle(0.385, 0.48, 0.535, 0.71), circle(0.46, 0.71, 0.075))

export function appIcon(size: number): Picture {
  const pixels = rasterize(size, [
    { shape: roundedSquare(0.03, 0.2), colour: night },
    { shape: union(pipe, arrow, sources), colour: white },
    { shape: tank, colour: white },
    { shape: level, colour: water },
  ])
  return { size, pixels }
}
