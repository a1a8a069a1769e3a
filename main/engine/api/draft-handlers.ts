import type { RequestChannel } from '../../../shared/api/channels.ts'
import type { RequestOutput, RequestParsed, TestReport } from '../../../shared/api/contract.ts'
import type { ConfigProblem, ConnectorConfig } from '../../../shared/config/gateway.ts'
import { isSame } from '../../../shared/config/identity.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { GatewayStatus } from '../../../shared/status.ts'
import type { OpcuaTools } from '../collect/opcua/opcua-tools.ts'
import type { ConfigFile } from '../config/config-file.ts'
import { compareConfigs } from '../config/draft/change-text.ts'
import type { DraftDesk } from '../config/draft/desk.ts'
import { findChanges } from '../config/draft/diff.ts'
import { expectedRates } from '../config/draft/expected-rate.ts'
import { checkDraft, touchedNames } from '../config/draft/review.ts'
import type { ReviewParts } from '../config/draft/review-questions.ts'
import { maskSecrets } from '../config/mask.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import { deviceRow } from './device-views.ts'
import { draftFiles } from './draft-files.ts'

// Draft, review, versions and proposals, for the operator.

type Channel = Extract<RequestChannel, `draft.${string}` | `versions.${string}` | `proposal.${string}`>
type DraftHandlers = { readonly [C in Channel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

export interface DraftParts {
  readonly now: () => number
  readonly status: () => GatewayStatus
  readonly desk: DraftDesk
  readonly configFile: ConfigFile
  readonly registry: SeriesRegistry
  readonly opcua: Pick<OpcuaTools, 'read' | 'previewRule'>
  /** Of the servers that were browsed, by address. */
  readonly namespaces: () => Promise<ReadonlyMap<string, readonly string[]>>
  readonly testConnector: (connector: ConnectorConfig, signal: AbortSignal) => Promise<TestReport>
  readonly testThingsboard: (thingsboard: ThingsboardConfig, signal: AbortSignal) => Promise<TestReport>
}

export function draftHandlers(parts: DraftParts): DraftHandlers {
  const { desk } = parts
  return {
    'draft.get': async () => {
      desk.prepare()
      return { state: desk.state(), config: maskSecrets(desk.document) }
    },
    'draft.edit': (edit) => desk.edit(edit),
    'draft.since': async ({ revision }) => desk.since(revision),
    'draft.undo': ({ revision }) => desk.undo(revision),
    'draft.redo': ({ revision }) => desk.redo(revision),
    'draft.discard': ({ revision }) => desk.discard(revision),
    'draft.revert': ({ revision, id }) => desk.revert(revision, id),
    'draft.review': () => review(parts),
    'draft.files': async () => draftFiles(desk.running, desk.document, await parts.namespaces()),
    'draft.apply': (input) => desk.apply(input),
    'draft.decide': ({ keep }) => desk.decide(keep),
    'versions.page': async (page) => desk.versionsPage(page),
    'versions.compare': (pair) => desk.compare(pair),
    'versions.restore': (choice) => desk.restore(choice),
    'proposal.make': (proposal) => desk.propose(proposal),
    'proposal.get': async () => desk.proposal(),
    'proposal.merge': (choice) => desk.merge(choice),
    'proposal.dismiss': () => desk.dismiss(),
  }
}

async function review(parts: DraftParts): Promise<RequestOutput<'draft.review'>> {
  const { desk, registry, now } = parts
  const [before, after] = [desk.running, desk.document]
  const state = desk.state()
  const changes = findChanges(before, after)
  const measured = (name: string): { perMinute: number; keys: number } | undefined => {
    const device = registry.device(name)
    return device && { perMinute: deviceRow(device, now()).valuesPerMinute ?? 0, keys: device.series.length }
  }
  const receivedPerMinute = parts.status().rates.acceptedPerSecond * 60
  return {
    ...compareConfigs(before, after),
    state,
    checks: await checkDraft(before, after, changes, reviewParts(parts)),
    touched: touchedNames(before, after),
    restarts: !isSame(before.storage, after.storage),
    perMinute: expectedRates(before, changes, measured, receivedPerMinute),
  }
}

function reviewParts({ configFile, opcua, registry, ...parts }: DraftParts): ReviewParts {
  return {
    readNodes: async (source, nodeIds, signal) => {
      const { connector, problems } = await configFile.resolveConnector(source)
      requireSecrets(problems)
      return connector.type === 'opcua' ? opcua.read(connector, nodeIds, signal) : []
    },
    previewRule: async (source, rule, signal) => {
      const { connector, problems } = await configFile.resolveConnector(source)
      requireSecrets(problems)
      if (connector.type !== 'opcua') return { devices: 0, keys: 0, problems: [] }
      return opcua.previewRule(connector, rule, 0, signal)
    },
    testSource: async (source, signal) => {
      const { connector, problems } = await configFile.resolveConnector(source)
      requireSecrets(problems)
      return parts.testConnector(connector, signal)
    },
    testThingsboard: async (draft, signal) => {
      const { thingsboard, problems } = await configFile.resolveThingsboard(draft)
      requireSecrets(problems)
      return parts.testThingsboard(thingsboard, signal)
    },
    lastType: (deviceName, key, kind) => {
      const series = registry.device(deviceName)?.series.find((s) => s.key === key && s.kind === kind)
      return series && series.count > 0 ? series.lastType : undefined
    },
  }
}

/** An empty password would only be refused by the other side, and count as a failed sign-in there. */
function requireSecrets([first]: readonly ConfigProblem[]): void {
  if (first) throw new GatewayError('CONFIG_SECRET_MISSING', `${first.path}: ${first.message}`)
}
