import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright'

// Pictures of screens compared as thumbnails: fonts differ from PC to PC and pixels with them, but a panel that is gone, lies over
// another or has the wrong theme changes large cells. `TB_GW_SNAPSHOTS=write` takes them anew; look at them before committing.

export const isWriting = process.env['TB_GW_SNAPSHOTS'] === 'write'
const settleMs = 2000
const folder = join(import.meta.dirname, 'snapshots')
/** 12 × 12 pixels of 1366 × 768 become one cell. */
const width = 114
const height = 64
/** A cell differs when its grey differs by more than this, of 255: paper and ground are 12 apart. */
const cellTolerance = 8
/** Letters of another font change fewer cells than this, a panel that is gone changes more: both have a test. */
export const toleratedShare = 0.12

/** Share of cells that differ from the committed picture; 1 when there is none. */
export async function differenceOf(page: Page, name: string): Promise<number> {
  // What is committed must not be a screen that was still loading.
  if (isWriting) await page.waitForTimeout(settleMs)
  const now = await thumbnail(page)
  const path = join(folder, `${name}.pgm`)
  if (isWriting) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), now]))
  }
  if (!existsSync(path)) return 1
  const before = readFileSync(path).subarray(-width * height)
  let different = 0
  for (let cell = 0; cell < now.length; cell += 1) {
    if (Math.abs((now[cell] ?? 0) - (before[cell] ?? 0)) > cellTolerance) different += 1
  }
  return different / now.length
}

async function thumbnail(page: Page): Promise<Buffer> {
  const picture = (await page.screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64')
  // Another page decodes it: the gateway's own allows no images from elsewhere.
  const browser = page.context().browser() as Browser
  const decoder = await browser.newPage()
  try {
    const grey = await decoder.evaluate(
      async ({ png, w, h }) => {
        const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }), {
          resizeWidth: w,
          resizeHeight: h,
          resizeQuality: 'high',
        })
        const context = new OffscreenCanvas(w, h).getContext('2d')
        if (!context) throw new Error('no canvas')
        context.drawImage(bitmap, 0, 0)
        const { data } = context.getImageData(0, 0, w, h)
        return Array.from({ length: w * h }, (_, i) => {
          const [r = 0, g = 0, b = 0] = data.subarray(i * 4, i * 4 + 3)
          return Math.round(0.299 * r + 0.587 * g + 0.114 * b)
        })
      },
      { png: picture, w: width, h: height },
    )
    return Buffer.from(grey)
  } finally {
    await decoder.close()
  }
}
