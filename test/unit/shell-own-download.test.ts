import { expect, test } from 'vitest'
import { isOwnDownload } from '../../main/shell/own-download.ts'

const isOwnPage = (url: string): boolean => url.startsWith('app://gateway/')

test('only files the UI made up itself may be saved', () => {
  expect(isOwnDownload('blob:app://gateway/6f1c', isOwnPage)).toBe(true)
  for (const url of [
    'app://gateway/index.html',
    'blob:https://example.com/6f1c',
    'https://example.com/blob:app://gateway/6f1c',
    'data:text/plain,x',
    'blob:null/6f1c',
  ]) {
    expect(isOwnDownload(url, isOwnPage)).toBe(false)
  }
})
