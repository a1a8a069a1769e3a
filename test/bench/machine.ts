import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem } from 'node:os'
import Database from 'better-sqlite3'
import { mosquittoVersion } from '../servers/load/mosquitto.ts'

const require = createRequire(import.meta.url)

export function machine(): { cpu: string; cores: number; memoryGiB: number; kernel: string } {
  const processors = cpus()
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
  }
}

export async function versions(): Promise<Record<string, string>> {
  return {
    node: process.versions.node,
    sqlite: sqliteVersion(),
    'node-opcua-client': packageVersion('node-opcua-client'),
    mqtt: packageVersion('mqtt'),
    mosquitto: (await mosquittoVersion()) ?? 'none',
  }
}

function sqliteVersion(): string {
  const memory = new Database(':memory:')
  try {
    return String(memory.prepare('SELECT sqlite_version()').pluck().get())
  } finally {
    memory.close()
  }
}

function packageVersion(name: string): string {
  const file = require.resolve.paths(name)?.map((folder) => `${folder}/${name}/package.json`)
  for (const each of file ?? []) {
    try {
      return (JSON.parse(readFileSync(each, 'utf8')) as { version: string }).version
    } catch {
      // Not in this node_modules; the next one up.
    }
  }
  return 'unknown'
}
