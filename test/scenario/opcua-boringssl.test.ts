import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

// Electron's cryptography is BoringSSL, Node's is OpenSSL. Bun has BoringSSL too and comes from npm, so it stands in for the
// packaged application. It is only fetched here, into a temporary folder, and is no part of the product.

const run = promisify(execFile)
const version = '1.4.5'
const client = resolve(import.meta.dirname, '../servers/opcua-bun-client.ts')
const policies = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const

/** Undefined when the registry can not be reached, or has no Bun for this machine. */
async function fetchBun(): Promise<string | undefined> {
  const folder = join(tmpdir(), `tbgw-bun-${version}`)
  const binary = join(folder, 'node_modules/@oven', `bun-${process.platform}-${process.arch}`, 'bin/bun')
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `bun@${version}`,
  ]
  await run('npm', args, { timeout: 120_000 }).catch(() => undefined)
  return existsSync(binary) ? binary : undefined
}

test('the collector speaks every security policy with BoringSSL', { timeout: 240_000 }, async (context) => {
  const bun = await fetchBun()
  if (!bun) return context.skip('Bun can not be fetched from the npm registry, so BoringSSL was not tried')
  const server = await startOpcuaServer({
    variables: [{ name: 'speed', value: { dataType: 'Int32', value: 42 } }],
    security: ['Sign', 'SignAndEncrypt'],
    policies,
    users: { operator: 'secret' },
    anonymous: false,
  })
  try {
    const args = ['run', client, server.endpointUrl, `nsu=${namespaceUri};s=speed`]
    const { stdout } = await run(bun, args, { timeout: 180_000 })
    const last = stdout.trim().split('\n').at(-1) ?? ''
    const expected = policies.flatMap((p) => ['Sign', 'SignAndEncrypt'].map((mode) => [`${p} ${mode}`, 42]))
    expect(JSON.parse(last)).toEqual({ runtime: 'bun', ...Object.fromEntries(expected) })
  } finally {
    await server.close()
  }
})
