import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import type { StandInOptions } from '../../main/demo/thingsboard/stand-in-core.ts'
import { GatewayProcess } from './gateway-process.ts'

export interface GatewayBench {
  /** Gone after the test. */
  readonly dataDir: string
  /** Started; its token is "T". */
  readonly standIn: ThingsboardStandIn
  /** Not configured and not started yet. */
  readonly gateway: GatewayProcess
}

/** A headless gateway as a real process, and the ThingsBoard it may deliver to. Both end with the test, the process first. */
export async function gatewayBench(options: Omit<StandInOptions, 'token'> = {}): Promise<GatewayBench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tbgw-gateway-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const standIn = new ThingsboardStandIn({ ...options, token: 'T' })
  onTestFinished(() => standIn.stop())
  await standIn.start()
  const gateway = new GatewayProcess(dataDir)
  onTestFinished(() => gateway.end())
  return { dataDir, standIn, gateway }
}
