import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createBundleHandler } from '../../main/shell/app-protocol.ts'

let handle: (request: Request) => Promise<Response>

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'app-protocol-'))
  const root = join(folder, 'renderer')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  mkdirSync(join(folder, 'renderer-secret'))
  writeFileSync(join(folder, 'renderer-secret', 'secret.txt'), 'secret')
  writeFileSync(join(root, 'index.html'), '<p>page')
  writeFileSync(join(root, 'assets', 'main.js'), 'export {}')
  handle = createBundleHandler(root)
})

const get = (address: string): Promise<Response> => handle(new Request(address))

test.each([
  'app://bundle/..%2fsecret.txt',
  'app://bundle/..%2frenderer-secret%2fsecret.txt',
  'app://bundle/assets/..%2f..%2fsecret.txt',
  'app://bundle/..%5csecret.txt',
  'app://bundle/..\\secret.txt',
  'app://bundle/%2e%2e%2fsecret.txt',
  'app://bundle/%00',
  'app://bundle/%',
])('refuses %s with 400 and tells nothing of the file', async (address) => {
  const response = await get(address)
  expect(response.status).toBe(400)
  expect(await response.text()).not.toContain('secret')
})

test.each(['app://bundle/missing.js', 'app://bundle/assets', 'app://other/index.html', 'app://bundle:80/x'])(
  'answers 404 to %s',
  async (address) => {
    expect((await get(address)).status).toBe(404)
  },
)

test('answers 405 to everything but GET', async () => {
  expect((await handle(new Request('app://bundle/', { method: 'POST', body: 'x' }))).status).toBe(405)
})

test('serves the page at / and scripts with a type the browser runs, under the policy', async () => {
  const page = await get('app://bundle/')
  expect(await page.text()).toBe('<p>page')
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const script = await get('app://bundle/assets/main.js?v=1')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  for (const response of [page, script]) {
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  }
})
