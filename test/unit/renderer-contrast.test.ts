import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// WCAG 2.2, 1.4.3: text needs 4.5:1. Read from the style sheet, so that a changed colour is noticed here.

const css = readFileSync(new URL('../../renderer/styles/tokens.css', import.meta.url), 'utf8')

function tokens(block: string): Map<string, string> {
  const start = css.indexOf(block)
  const body = css.slice(css.indexOf('{', start), css.indexOf('}', start))
  return new Map([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

const surfaces = ['bg', 'surface', 'surface-sunk', 'row-hover', 'row-selected']
const inks = ['text', 'text-2', 'text-3', 'ok', 'warn', 'bad', 'off', 'accent']
const pairs: (readonly [string, string])[] = [
  ...surfaces.flatMap((surface) => inks.map((ink) => [ink, surface] as const)),
  ['ok', 'ok-soft'],
  ['warn', 'warn-soft'],
  ['bad', 'bad-soft'],
  ['text-2', 'warn-soft'],
  ['text-2', 'bad-soft'],
  ['on-accent', 'accent'],
  ['rail-text', 'rail'],
  ['rail-active', 'rail-active-bg'],
]

for (const theme of [':root[data-mantine-color-scheme="light"]', ':root[data-mantine-color-scheme="dark"]']) {
  test(`every text colour is readable on every surface of ${theme}`, () => {
    const colours = tokens(theme)
    const weak = pairs.filter(([ink, surface]) => contrast(colours.get(ink) ?? '', colours.get(surface) ?? '') < 4.5)
    expect(weak).toEqual([])
  })
}
