import { encodePng } from './image-formats.ts'
import { type Colour, circle, polygon, rasterize, rectangle, type Shape, union, without } from './raster.ts'

/** What the tray says at a glance. Each state has its own outline: colour alone is lost on some panels and to some eyes. */
export const trayIconStates = ['starting', 'delivering', 'idle', 'buffering', 'attention', 'stopped'] as const
export type TrayIconState = (typeof trayIconStates)[number]

const green: Colour = [46, 160, 67]
const blue: Colour = [64, 132, 214]
const grey: Colour = [128, 134, 142]
const amber: Colour = [217, 142, 4]
const red: Colour = [208, 52, 44]

const arrowRight = polygon([0.06, 0.36], [0.5, 0.36], [0.5, 0.12], [0.96, 0.5], [0.5, 0.88], [0.5, 0.64], [0.06, 0.64])
const dots = union(circle(0.17, 0.5, 0.13), circle(0.5, 0.5, 0.13), circle(0.83, 0.5, 0.13))
const ring = without(circle(0.5, 0.5, 0.42), circle(0.5, 0.5, 0.26))
const arrowIntoBox = union(
  polygon([0.4, 0.04], [0.6, 0.04], [0.6, 0.32], [0.8, 0.32], [0.5, 0.66], [0.2, 0.32], [0.4, 0.32]),
  polygon([0.04, 0.5], [0.18, 0.5], [0.18, 0.82], [0.82, 0.82], [0.82, 0.5], [0.96, 0.5], [0.96, 0.96], [0.04, 0.96]),
)
const warning = without(
  polygon([0.5, 0.04], [0.98, 0.94], [0.02, 0.94]),
  union(polygon([0.42, 0.34], [0.58, 0.34], [0.55, 0.66], [0.45, 0.66]), rectangle(0.43, 0.72, 0.57, 0.84)),
)
const noEntry = without(rectangle(0.08, 0.08, 0.92, 0.92), rectangle(0.22, 0.4, 0.78, 0.6))

const drawings: Readonly<Record<TrayIconState, { readonly shape: Shape; readonly colour: Colour }>> = {
  starting: { shape: dots, colour: blue },
  delivering: { shape: arrowRight, colour: green },
  idle: { shape: ring, colour: grey },
  buffering: { shape: arrowIntoBox, colour: amber },
  attention: { shape: warning, colour: amber },
  stopped: { shape: noEntry, colour: red },
}

export function trayIconPixels(state: TrayIconState, size: number): Uint8Array {
  return rasterize(size, [drawings[state]])
}

export function trayIconPng(state: TrayIconState, size: number): Buffer {
  return encodePng({ size, pixels: trayIconPixels(state, size) })
}
