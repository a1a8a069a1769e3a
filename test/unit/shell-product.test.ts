import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { appId, desktopName } from '../../main/shell/product.ts'

const root = resolve(import.meta.dirname, '../..')
const builder = readFileSync(resolve(root, 'electron-builder.yml'), 'utf8')

test('the installers carry the names that the running application uses', () => {
  expect(builder).toContain(`appId: ${appId}\n`)
  expect(builder).toContain(`desktopName: ${desktopName}.desktop\n`)
  const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { productName: string }
  expect(builder).toContain(`productName: ${manifest.productName}\n`)
})

test('the icon files are what their names say, with the sizes each system asks for', () => {
  const icon = (name: string): Buffer => readFileSync(resolve(root, 'main/shell/icons', name))
  expect(icon('icon.png').readUInt32BE(16)).toBe(512)
  const ico = icon('icon.ico')
  const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, at) => ico.readUInt8(6 + 16 * at) || 256)
  expect(sizes).toEqual([16, 20, 24, 32, 48, 64, 128, 256])
  expect(icon('icon.icns').toString('ascii', 0, 4)).toBe('icns')
})
