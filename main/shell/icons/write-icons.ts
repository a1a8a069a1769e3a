import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appIcon } from './app-icon.ts'
import { encodeIcns, encodeIco, encodePng } from './image-formats.ts'

// `node main/shell/icons/write-icons.ts` writes the icons that installers and file managers show, beside this file.

const write = (name: string, content: Buffer): void => writeFileSync(join(import.meta.dirname, name), content)

write('icon.png', encodePng(appIcon(512)))
write('icon.ico', encodeIco([16, 20, 24, 32, 48, 64, 128, 256].map(appIcon)))
write('icon.icns', encodeIcns([128, 256, 512].map(appIcon)))
