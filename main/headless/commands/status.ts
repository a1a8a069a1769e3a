import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { WebSocket } from 'ws'
import type { Result } from '../../../shared/errors.ts'
import { type GatewayStatus, isBalanced } from '../../../shared/status.ts'
import { readBalance } from '../../engine/store/read-balance.ts'
import { type Command, exitCodes, parseCommand, print, required, say, UsageError } from '../command.ts'
import { describeBalance, emptyBalance } from '../counts.ts'
import { type Access, readAccess } from '../data-folder.ts'

/** A running instance on this PC answers at once; a dead one's port may not answer at all. */
const answerLimitMs = 5000

export const statusCommand: Command = {
  usage: 'status --data DIR [--json]',
  about:
    'Says what a gateway is doing, and what it has stored when it is not running. Exits non-zero when the counts do not balance.',
  async run(args) {
    const { values } = parseCommand(args, { data: { type: 'string' }, json: { type: 'boolean' } })
    const dataDir = resolve(required(values.data, '--data DIR'))
    const found = await stat(dataDir).catch(() => undefined)
    if (!found?.isDirectory()) throw new UsageError(`--data ${dataDir} is not a folder`)
    const access = await readAccess(dataDir)
    const status = access?.ui && (await askRunning(access.ui))
    const isRunning = status !== undefined || (access !== undefined && isAlive(access.pid))
    const stored = status ? undefined : readBalance(dataDir)
    const balance = status?.balance ?? stored?.balance ?? emptyBalance
    const { gaps = 0, overflows = 0 } = status?.store ?? stored ?? {}
    if (values.json) {
      const onDisk = { balance, store: { gaps, overflows } }
      print(JSON.stringify({ running: isRunning, ...(status ?? onDisk) }, undefined, 2))
    } else {
      const head = status ? describeRunning(status) : isRunning ? 'running without a UI' : 'not running'
      print(`${head}\n${describeBalance(balance)}${describeLosses(gaps, overflows)}`)
    }
    if (isBalanced(balance)) return exitCodes.fine
    say('tb-gateway status: the counts do not balance.')
    return exitCodes.bug
  },
}

/** Undefined when nobody answers there, or somebody else does. */
function askRunning({ url, token }: NonNullable<Access['ui']>): Promise<GatewayStatus | undefined> {
  return new Promise((done) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api`, ['tbgw.v1', `token.${token}`], {
      origin: url,
      handshakeTimeout: answerLimitMs,
    })
    const finish = (status: GatewayStatus | undefined): void => {
      clearTimeout(late)
      done(status)
      socket.terminate()
    }
    const late = setTimeout(() => finish(undefined), answerLimitMs)
    socket.on('error', () => finish(undefined))
    socket.on('close', () => finish(undefined))
    socket.on('open', () => socket.send(JSON.stringify({ id: 1, channel: 'status.get', input: null })))
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { id?: number; result?: Result<GatewayStatus> }
      if (message.id === 1) finish(message.result?.ok ? message.result.value : undefined)
    })
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** No part of the balance: those values never came as far as the gateway. */
function describeLosses(gaps: number, overflows: number): string {
  if (gaps === 0 && overflows === 0) return ''
  return `\nlost by sources before acceptance: ${gaps} gaps, ${overflows} queue overflows (see the ledger)`
}

function describeRunning(status: GatewayStatus): string {
  const { connectors, uplink, store } = status
  return [
    `${status.summary}: ${status.detail || 'all is well'}`,
    `ThingsBoard ${uplink.address || '(not configured)'}: ${uplink.state}${uplink.detail && `, ${uplink.detail}`}`,
    ...connectors.map(
      (c) =>
        `${c.name} (${c.address}): ${c.state}, ${c.tagsGood} of ${c.tags} tags, ${c.received} received${c.detail && `, ${c.detail}`}`,
    ),
    `queue: ${store.backlogBytes} bytes wait, ${store.usedBytes} of ${store.limitBytes} used, oldest ${Math.round(store.oldestSeconds)} s`,
    ...(status.configProblem ? [status.configProblem] : []),
  ].join('\n')
}
