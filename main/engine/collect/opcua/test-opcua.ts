import type { OPCUAClient } from 'node-opcua-client'
import type { CertificateReport, TestReport, TestStep } from '../../../../shared/api/contract.ts'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { opcuaTags } from '../../../../shared/config/tags.ts'
import { asIs, inWords, type Said, said, saidOfError } from '../../../../shared/said/said.ts'
import type { Clock } from '../../kit/clock.ts'
import { asGatewayError } from '../../kit/gateway-error.ts'
import { describeCertificate, leafOf } from './certificate.ts'
import { checkCertificate } from './certificate-check.ts'
import {
  closeClient,
  closeSession,
  discoverEndpoints,
  openChannel,
  openSession,
  probePort,
  resolveHost,
} from './connection.ts'
import { hostAndPort, type PickedEndpoint, pickEndpoint } from './endpoint.ts'
import type { Pki } from './pki.ts'
import type { RawSession } from './raw-session.ts'
import { resolveNodes } from './resolve-nodes.ts'
import { SessionAccess } from './session-access.ts'

// The way to a server step by step, for the test button: the first step that fails says where it stops and what to do.

/** Nodes looked up in a test; a hundred thousand would take longer than anybody waits. */
const nodesLimit = 2000

const stepNames = ['Host name', 'Port', 'Endpoints', 'Certificate', 'Secure channel', 'Session', 'Nodes'] as const

interface Good {
  readonly detail: Said
  /** Set: worth a warning. */
  readonly hint?: Said
}

export async function testOpcua(
  config: OpcuaConnectorConfig,
  pki: Pki,
  clock: Clock,
  signal: AbortSignal,
): Promise<TestReport> {
  const run = new TestRun(config, pki, clock, signal)
  try {
    await run.all()
  } finally {
    await run.close()
  }
  return run.report()
}

class TestRun {
  readonly #config: OpcuaConnectorConfig
  readonly #pki: Pki
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #steps: TestStep[] = []
  #certificate: CertificateReport | undefined
  #picked: PickedEndpoint | undefined
  #client: OPCUAClient | undefined
  #session: RawSession | undefined

  constructor(config: OpcuaConnectorConfig, pki: Pki, clock: Clock, signal: AbortSignal) {
    this.#config = config
    this.#pki = pki
    this.#clock = clock
    this.#signal = signal
  }

  async all(): Promise<void> {
    const tasks = [
      () => this.#host(),
      () => this.#port(),
      () => this.#endpoints(),
      () => this.#checkCertificate(),
      () => this.#channel(),
      () => this.#openSession(),
      () => this.#nodes(),
    ]
    for (const [i, task] of tasks.entries()) {
      if (!(await this.#step(stepNames[i]!, task))) break
    }
  }

  report(): TestReport {
    const skipped = stepNames
      .slice(this.#steps.length)
      .map((step): TestStep => ({ step, state: 'skipped', detail: '', hint: '', ms: 0 }))
    return { steps: [...this.#steps, ...skipped], ...(this.#certificate ? { certificate: this.#certificate } : {}) }
  }

  async close(): Promise<void> {
    if (this.#session) await closeSession(this.#session)
    if (this.#client) await closeClient(this.#client)
  }

  async #step(step: string, task: () => Promise<Good>): Promise<boolean> {
    const from = this.#clock.monotonic()
    const ms = () => Math.round(this.#clock.monotonic() - from)
    try {
      const { detail, hint } = await task()
      const words = inWords({ detail, hint: hint ?? asIs('') })
      this.#steps.push({ step, state: hint === undefined ? 'ok' : 'warning', ...words, ms: ms() })
      return true
    } catch (error) {
      const failure = asGatewayError(error)
      this.#steps.push({ step, state: 'failed', ...inWords(saidOfError(failure)), ms: ms(), code: failure.code })
      return false
    }
  }

  async #host(): Promise<Good> {
    const { host } = hostAndPort(this.#config.endpointUrl)
    return { detail: said('test.resolved', { host, address: await resolveHost(this.#config, this.#signal) }) }
  }

  async #port(): Promise<Good> {
    await probePort(this.#config, this.#signal)
    return { detail: said('test.portOpen', { port: hostAndPort(this.#config.endpointUrl).port }) }
  }

  async #endpoints(): Promise<Good> {
    const offered = await discoverEndpoints(this.#config, this.#pki, this.#signal)
    const picked = pickEndpoint(offered, this.#config)
    this.#picked = picked
    const used = picked.securityMode === 'None' ? 'None' : `${picked.securityPolicy} ${picked.securityMode}`
    const detail = said('test.endpoints', { offered: offered.length, used })
    return picked.unsecured ? { detail, hint: said('test.noSecurity') } : { detail }
  }

  async #checkCertificate(): Promise<Good> {
    const picked = this.#picked!
    const { host } = hostAndPort(this.#config.endpointUrl)
    try {
      const { report, warnings } = await checkCertificate(this.#config, picked, this.#pki)
      if (!report) return { detail: said('test.certificateNotNeeded') }
      this.#certificate = report
      const detail = said('test.certificateTrusted', { subject: report.subject })
      return warnings.length > 0 ? { detail, hint: said('test.but', { warnings }) } : { detail }
    } catch (error) {
      const chain = picked.offered.certificate
      if (chain && asGatewayError(error).detail['fingerprint'] !== undefined) {
        const known = await this.#pki.list()
        const seen = describeCertificate(leafOf(chain), 'rejected', this.#clock.now(), [host])
        const state = known.find((c) => c.fingerprint === seen.fingerprint)?.state ?? 'rejected'
        this.#certificate = { ...seen, state }
      }
      throw error
    }
  }

  async #channel(): Promise<Good> {
    this.#client = await openChannel(this.#config, this.#picked!, this.#pki, this.#signal)
    return { detail: said(this.#picked!.securityMode === 'None' ? 'test.channelOpen' : 'test.channelTrusted') }
  }

  async #openSession(): Promise<Good> {
    this.#session = await openSession(this.#config, this.#client!, this.#pki, this.#signal)
    const { identity } = this.#config
    const isNamed = identity.type === 'password'
    return { detail: isNamed ? said('test.loggedIn', { user: identity.username }) : said('test.anonymous') }
  }

  async #nodes(): Promise<Good> {
    const access = await SessionAccess.open(this.#session!, this.#config.endpointUrl)
    const all = [...new Set(opcuaTags(this.#config).map(({ key }) => key.node))]
    const nodes = all.slice(0, nodesLimit)
    if (nodes.length === 0) return { detail: said('test.noNodes') }
    const resolutions = await resolveNodes(access, nodes)
    const found = nodes.flatMap((node) => {
      const resolution = resolutions.get(node)
      return resolution?.kind === 'found' ? [{ node, nodeId: resolution.nodeId }] : []
    })
    const values = await access.read(found.map((f) => f.nodeId))
    const there = new Set(found.filter((_, i) => !isUnknown(values[i]?.statusCode.name)).map((f) => f.node))
    const detail = said('test.nodesFound', { found: there.size, asked: nodes.length, all: all.length })
    const missing = nodes.filter((node) => !there.has(node))
    if (missing.length === 0) return { detail }
    return {
      detail,
      hint: said('test.nodesMissing', { nodes: missing.slice(0, 5).join(', '), more: missing.length > 5 }),
    }
  }
}

function isUnknown(status: string | undefined): boolean {
  return status === undefined || status === 'BadNodeIdUnknown' || status === 'BadNodeIdInvalid'
}
