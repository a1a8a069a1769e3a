import type { CodesWords } from '../../shared/said/error-words.ts'
import type { SentenceWords } from '../../shared/said/say-in.ts'
import type { ActivityWords } from './en-activity.ts'
import type { CertificatesWords } from './en-certificates.ts'
import type { ChecksWords } from './en-checks.ts'
import type { DashboardWords } from './en-dashboard.ts'
import type { DeliveryWords } from './en-delivery.ts'
import type { DraftWords } from './en-draft.ts'
import type { EventsWords } from './en-events.ts'
import type { FormWords } from './en-forms.ts'
import type { FrameWords, KeysWords } from './en-frame.ts'
import type { ImportWords } from './en-import.ts'
import type { LedgerWords } from './en-ledger.ts'
import type { MappingWords } from './en-mapping.ts'
import type { NodesWords } from './en-nodes.ts'
import type { OpcuaWords } from './en-opcua.ts'
import type { OverviewWords } from './en-overview.ts'
import type { PaletteWords } from './en-palette.ts'
import type { QuarantineWords } from './en-quarantine.ts'
import type { RulesWords, TagsWords } from './en-rules.ts'
import type { SettingsWords } from './en-settings.ts'
import type { SourcesWords } from './en-sources.ts'
import type { StorageWords } from './en-storage.ts'
import type { ThingsboardWords } from './en-thingsboard.ts'
import type { TopologyWords } from './en-topology.ts'
import type { TraceWords } from './en-trace.ts'
import type { UnitsWords } from './en-units.ts'
import type { VersionsWords } from './en-versions.ts'
import type { WelcomeWords } from './en-welcome.ts'
import type { WorkbenchWords } from './en-workbench.ts'

// One entry per catalogue. Every language has all of them: a new catalogue is added here, in de/de.ts and in zh/zh.ts.
export interface Translations {
  readonly activity: ActivityWords
  readonly certificates: CertificatesWords
  readonly checks: ChecksWords
  readonly codes: CodesWords
  readonly dashboard: DashboardWords
  readonly delivery: DeliveryWords
  readonly draft: DraftWords
  readonly events: EventsWords
  readonly form: FormWords
  readonly frame: FrameWords
  readonly keys: KeysWords
  readonly import: ImportWords
  readonly ledger: LedgerWords
  readonly mapping: MappingWords
  readonly nodes: NodesWords
  readonly opcua: OpcuaWords
  readonly overview: OverviewWords
  readonly palette: PaletteWords
  readonly quarantine: QuarantineWords
  readonly rules: RulesWords
  readonly tags: TagsWords
  readonly said: SentenceWords
  readonly settings: SettingsWords
  readonly sources: SourcesWords
  readonly storage: StorageWords
  readonly topology: TopologyWords
  readonly units: UnitsWords
  readonly thingsboard: ThingsboardWords
  readonly trace: TraceWords
  readonly versions: VersionsWords
  readonly workbench: WorkbenchWords
  readonly welcome: WelcomeWords
}
