import { create } from 'zustand'
import type { Suggestion, TopicSuggestion } from '../../../shared/api/setup-requests.ts'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import { useDraft } from '../../stores/draft-store.ts'
import type { ConnectorDraft } from '../../stores/source-drafts.ts'
import type { ThingsboardDraft } from '../../stores/thingsboard-draft.ts'

// What the steps of the set-up know. It outlives every change of screen; what a finished step decided is in the draft and
// outlives the window too.

export interface SetupState {
  readonly pasted: string
  readonly thingsboard: ThingsboardDraft | undefined
  /** Files that brought more than a ThingsBoard connection. */
  readonly broughtSources: number
  readonly connector: ConnectorDraft | undefined
  /** Offers of the chosen server, best first: `SignAndEncrypt Basic256Sha256`. */
  readonly offers: readonly string[]
  /** undefined: as proposed. */
  readonly ticked: Readonly<Record<string, boolean>>
  /** Of a server. */
  readonly suggestions: readonly Suggestion[]
  /** Of a broker. */
  readonly topics: readonly TopicSuggestion[]
  /** When the set-up was put into service, by the gateway's clock. */
  readonly appliedAt: number | undefined
}

const untouched: SetupState = {
  pasted: '',
  thingsboard: undefined,
  broughtSources: 0,
  connector: undefined,
  offers: [],
  ticked: {},
  suggestions: [],
  topics: [],
  appliedAt: undefined,
}

export const useSetup = create<SetupState>(() => untouched)

export const setSetup = (facts: Partial<SetupState>): void => useSetup.setState(facts)

type Tickable = Pick<Suggestion, 'id' | 'isProposed'>

export const isTicked = ({ ticked }: Pick<SetupState, 'ticked'>, suggestion: Tickable): boolean =>
  ticked[suggestion.id] ?? suggestion.isProposed

export function tick(id: string, on: boolean): void {
  setSetup({ ticked: { ...useSetup.getState().ticked, [id]: on } })
}

export const hasBegun = ({ pasted, thingsboard, connector }: SetupState): boolean =>
  pasted !== '' || thingsboard !== undefined || connector !== undefined

/** What was put into service is no longer this set-up's: another one begins with another machine. */
export function beginAnew(): void {
  if (useSetup.getState().appliedAt === undefined) return
  setSetup({ connector: undefined, offers: [], ticked: {}, suggestions: [], topics: [], appliedAt: undefined })
}

/** `line-server`, and a number when a source of the draft has it. */
export function freeSourceId(name: string, fallback: string, config: GatewayConfig | undefined): string {
  const taken = new Set((config ?? useDraft.getState().config)?.connectors.map(({ id }) => id) ?? [])
  const base =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 32)
      .replace(/-+$/, '') || fallback
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!taken.has(id)) return id
  }
}
