import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type OpcuaConnectorConfig, opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import { type BrowsedServer, browseServer } from '../../engine/collect/opcua/browse-server.ts'
import type { IndexTable } from '../../engine/collect/opcua/index-table.ts'
import { Pki } from '../../engine/collect/opcua/pki.ts'
import { systemClock } from '../../engine/kit/clock.ts'
import { causeText, GatewayError, isGatewayError } from '../../engine/kit/gateway-error.ts'
import { LogBook } from '../../engine/observe/log.ts'
import { type Command, exitCodes, parseCommand, required, say, UsageError } from '../command.ts'

/** The password comes from here: command lines are readable for everybody on the machine. */
const passwordVariable = 'OPCUA_PASSWORD'
const progressMs = 2000

export const browseCommand: Command = {
  usage: `browse URL [--max N] [--json] [--trust FINGERPRINT] [--user NAME] [--data DIR]
  --max N              stop after N nodes
  --json               one JSON object per line
  --trust FINGERPRINT  trust the certificate with this SHA-256 fingerprint
  --user NAME          log in, with the password in the environment variable ${passwordVariable}
  --data DIR           use the certificates of this data folder; without it a new one is made for this call`,
  about: 'Walks the address space of an OPC UA server to its end and prints its nodes.',
  async run(args) {
    const { positionals, values } = parseCommand(
      args,
      {
        max: { type: 'string' },
        json: { type: 'boolean' },
        trust: { type: 'string' },
        user: { type: 'string' },
        data: { type: 'string' },
      },
      1,
    )
    const config = configOf(required(positionals[0], 'URL'), values.user)
    const limit = limitOf(values.max)
    const folder = values.data ? resolve(values.data) : await mkdtemp(join(tmpdir(), 'tb-gateway-browse-'))
    const log = new LogBook(() => Date.now(), 'warn').logger('browse')
    const pki = new Pki({ folder: join(folder, 'pki'), log, clock: systemClock })
    const stop = new AbortController()
    const undo = stopOn(stop)
    const printer = new Printer(values.json === true)
    try {
      await pki.start()
      const ended = await browseServer({
        config,
        pki,
        log,
        clock: systemClock,
        signal: stop.signal,
        limit,
        trust: values.trust,
        say,
        found: (table, from, to) => printer.rows(table, from, to),
      })
      say(summary(ended, limit))
      return exitCodes.fine
    } catch (error) {
      if (!isGatewayError(error)) throw error
      const printed = printer.count > 0 ? `${printer.count} nodes, incomplete: ` : ''
      say(`tb-gateway browse: ${printed}${causeText(error)}.${error.hint ? ` ${error.hint}` : ''}`)
      return exitCodeOf(error)
    } finally {
      undo()
      await pki.stop(Number.POSITIVE_INFINITY)
      if (!values.data) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  },
}

function configOf(endpointUrl: string, user: string | undefined): OpcuaConnectorConfig {
  const password = process.env[passwordVariable]
  if (user !== undefined && password === undefined)
    throw new UsageError(`--user needs the password in the environment variable ${passwordVariable}`)
  const parsed = opcuaConnectorSchema.safeParse({
    type: 'opcua',
    id: 'browse',
    name: 'browse',
    endpointUrl,
    ...(user === undefined ? {} : { identity: { type: 'password', username: user, password } }),
  })
  if (parsed.success) return parsed.data
  throw new UsageError(`${endpointUrl} ${parsed.error.issues[0]?.message ?? 'is not an address'}`)
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0) return limit
  throw new UsageError(`--max takes a whole number above 0, not "${text}"`)
}

/** Ctrl-C, and whoever read our output going away. */
function stopOn(stop: AbortController): () => void {
  const abort = (): void => stop.abort(new GatewayError('STOPPED', 'stopped', { retry: 'never' }))
  process.once('SIGINT', abort)
  process.once('SIGTERM', abort)
  process.stdout.once('error', abort)
  return () => {
    process.off('SIGINT', abort)
    process.off('SIGTERM', abort)
    process.stdout.off('error', abort)
  }
}

/** One line per node as they are found; waits for whoever reads. */
class Printer {
  count = 0
  readonly #json: boolean
  #saidAt = performance.now()

  constructor(json: boolean) {
    this.#json = json
  }

  async rows(table: IndexTable, from: number, to: number): Promise<void> {
    const lines: string[] = []
    for (let row = from; row < to; row++) lines.push(this.#json ? jsonLine(table, row) : textLine(table, row))
    this.count = to
    if (!process.stdout.write(`${lines.join('\n')}\n`) && !process.stdout.destroyed) {
      await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')])
    }
    if (performance.now() - this.#saidAt < progressMs) return
    this.#saidAt = performance.now()
    say(`${to} nodes so far`)
  }
}

const classNames: Readonly<Record<number, string>> = {
  1: 'Object',
  2: 'Variable',
  4: 'Method',
  8: 'ObjectType',
  16: 'VariableType',
  32: 'ReferenceType',
  64: 'DataType',
  128: 'View',
}

function textLine(table: IndexTable, row: number): string {
  const type = table.typeNames[table.type(row)]
  const kind = `${classNames[table.nodeClass(row)] ?? '?'}${type ? ` (${type})` : ''}`
  return [table.path(row), kind, table.nodeId(row)].map(printable).join('\t')
}

/** A name may hold anything, and a terminal obeys control characters. */
const printable = (text: string): string => text.replace(/\p{Cc}/gu, ' ')

function jsonLine(table: IndexTable, row: number): string {
  return JSON.stringify({
    path: table.path(row),
    nodeId: table.nodeId(row),
    class: classNames[table.nodeClass(row)] ?? '',
    type: table.typeNames[table.type(row)] ?? '',
    name: table.displayName(row),
  })
}

function summary({ end, nodes, refused, cut, requests }: BrowsedServer, limit: number | undefined): string {
  const missing = [
    ...(refused > 0 ? [`the server does not show what is below ${refused} of them`] : []),
    ...(cut > 0 ? [`it lost its place below ${cut} of them`] : []),
  ]
  if (end === 'limited') return `${nodes} nodes, incomplete: stopped at ${limit === undefined ? 'the limit' : '--max'}`
  const text = `${nodes} nodes, ${requests} requests`
  return missing.length > 0 ? `${text}, incomplete: ${missing.join(', ')}` : `${text}, complete`
}

/** 75 = try again, 2 = something has to be decided or set right first. */
function exitCodeOf({ code }: GatewayError): number {
  const decisions = ['OPCUA_ENDPOINT', 'OPCUA_CERTIFICATE', 'OPCUA_REJECTED', 'OPCUA_IDENTITY', 'OPCUA_PASSWORD']
  const isDecision = code.startsWith('CONFIG_') || decisions.some((start) => code.startsWith(start))
  return isDecision ? exitCodes.invalidConfiguration : exitCodes.tryAgain
}
