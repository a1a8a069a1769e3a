import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { opcuaConfig, startCollector } from './opcua-bench.ts'

// Run by another JavaScript runtime than Node: collects one value with each security there is and prints what came, as JSON.

const [endpointUrl = '', node = ''] = process.argv.slice(2)
const deadlineMs = 20_000

async function until<T>(what: string, get: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + deadlineMs; Date.now() < end; ) {
    const value = await get()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not happen`)
}

async function collect(securityPolicy: string, securityMode: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'opcua-bun-'))
  const identity = { type: 'password', username: 'operator', password: 'secret' }
  const config = opcuaConfig(endpointUrl, [{ node }], { securityPolicy, securityMode, identity })
  const bench = await startCollector(config, undefined, { folder })
  try {
    const rejected = await until('the unknown certificate', async () =>
      (await bench.pki.list()).find((c) => c.state === 'rejected'),
    )
    await bench.pki.trust(rejected.fingerprint)
    return (await until('the first value', () => bench.sink.last(0))).value
  } finally {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const results: Record<string, unknown> = { runtime: process.versions['bun'] ? 'bun' : 'node' }
for (const policy of ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'])
  for (const mode of ['Sign', 'SignAndEncrypt']) results[`${policy} ${mode}`] = await collect(policy, mode)
process.stdout.write(`${JSON.stringify(results)}\n`)
process.exit(0)
