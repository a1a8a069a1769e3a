import { expect, test } from 'vitest'
import { isAllowedExternal } from '../../main/shell/external-links.ts'
import { checkRequest, isMainFrameOf } from '../../main/shell/request-check.ts'

test.each(['app.quit', '__proto__', 'constructor', 'toString', '', 7, null, undefined])(
  'knows no request named %j',
  (channel) => {
    expect(checkRequest(channel, null)).toMatchObject({ ok: false, error: { code: 'INTERNAL' } })
  },
)

test('malformed input is refused with the place of the fault', () => {
  const refused = checkRequest('devices.page', { offset: 0, limit: 5000, filter: '' })
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'CONFIG_INVALID', message: expect.stringContaining('limit') },
  })
})

test('input that is larger than any configuration, or can not be written as JSON, is refused', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  for (const config of ['x'.repeat(17_000_000), cyclic, 1n]) {
    expect(checkRequest('config.validate', { config })).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } })
  }
})

test('good input passes, parsed', () => {
  const input = { offset: 0, limit: 10, filter: '' }
  expect(checkRequest('devices.page', input)).toEqual({ ok: true, value: { channel: 'devices.page', input } })
})

test('only the main frame of our own page may ask', () => {
  const own = { parent: null, origin: 'app://bundle' }
  expect(isMainFrameOf(own, 'app://bundle')).toBe(true)
  expect(isMainFrameOf(null, 'app://bundle')).toBe(false)
  expect(isMainFrameOf({ ...own, parent: {} as never }, 'app://bundle')).toBe(false)
  for (const origin of ['https://bundle', 'app://bundle.evil', 'null', 'file://']) {
    expect(isMainFrameOf({ ...own, origin }, 'app://bundle')).toBe(false)
  }
})

test.each([
  'http://thingsboard.io/',
  'https://thingsboard.io.evil.test/',
  'https://user@thingsboard.io/',
  'file:///etc/passwd',
  'smb://thingsboard.io/share',
  'ms-msdt:/id',
  'javascript:alert(1)',
  'not an address',
])('does not hand %s to the system', (address) => {
  expect(isAllowedExternal(address)).toBe(false)
})

test('hands the documentation to the browser', () => {
  expect(isAllowedExternal('https://thingsboard.io/docs/iot-gateway/')).toBe(true)
})
