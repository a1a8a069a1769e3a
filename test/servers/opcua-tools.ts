import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OpcuaTools } from '../../main/engine/collect/opcua/opcua-tools.ts'
import type { Pki } from '../../main/engine/collect/opcua/pki.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { makePki } from './opcua-bench.ts'

// What the UI asks of servers, with a folder and a log of its own.

export interface ToolsUnderTest {
  readonly tools: OpcuaTools
  readonly folder: string
  readonly log: LogBook
  /** As after a restart of the gateway: only the disk is remembered. */
  restart(): Promise<ToolsUnderTest>
  close(): Promise<void>
}

export async function startTools(): Promise<ToolsUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'opcua-tools-'))
  const log = new LogBook(() => Date.now(), 'debug')
  const pki = await makePki(join(folder, 'pki'), log)
  return build(folder, log, pki)
}

function build(folder: string, log: LogBook, pki: Pki): ToolsUnderTest {
  const indexFolder = join(folder, 'index')
  const tools = new OpcuaTools({ pki, log: log.logger('opcua'), clock: systemClock, indexFolder })
  return {
    tools,
    folder,
    log,
    async restart() {
      await tools.stop(Number.POSITIVE_INFINITY)
      return build(folder, log, pki)
    },
    async close() {
      await tools.stop(Number.POSITIVE_INFINITY)
      await pki.stop(Number.POSITIVE_INFINITY)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
