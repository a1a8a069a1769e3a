import type * as Electron from 'electron'
import { type Members, strict } from './strict.ts'

export interface StandInImage {
  isEmpty(): boolean
  addRepresentation(options: Electron.AddRepresentationOptions): void
  setTemplateImage(on: boolean): void
}

const pngSignature = '89504e470d0a1a0a'

export const nativeImage = strict('nativeImage', {
  createFromBuffer: (buffer: Buffer) => image(isPng(buffer)),
})

function image(filled: boolean): Electron.NativeImage & StandInImage {
  const members = {
    isEmpty: () => !filled,
    addRepresentation({ buffer }: Electron.AddRepresentationOptions) {
      if (!buffer || !isPng(buffer)) throw new Error('Electron stand-in: a representation needs a PNG')
    },
    setTemplateImage() {},
  } satisfies Members<Electron.NativeImage>
  return strict('NativeImage', members) as unknown as Electron.NativeImage & StandInImage
}

function isPng(buffer: Buffer): boolean {
  return buffer.subarray(0, 8).toString('hex') === pngSignature
}
