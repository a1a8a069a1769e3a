import { said } from '../../../shared/said/zh/zh.ts'
import type { Translations } from '../translations.ts'
import { activity } from './activity.ts'
import { certificates } from './certificates.ts'
import { checks } from './checks.ts'
import { dashboard } from './dashboard.ts'
import { delivery } from './delivery.ts'
import { draft } from './draft.ts'
import { events } from './events.ts'
import { form } from './form.ts'
import { frame } from './frame.ts'
import { importing } from './import.ts'
import { keys } from './keys.ts'
import { ledger } from './ledger.ts'
import { mapping } from './mapping.ts'
import { nodes } from './nodes.ts'
import { opcua } from './opcua.ts'
import { overview } from './overview.ts'
import { palette } from './palette.ts'
import { quarantine } from './quarantine.ts'
import { rules } from './rules.ts'
import { settings } from './settings.ts'
import { sources } from './sources.ts'
import { storage } from './storage.ts'
import { tags } from './tags.ts'
import { thingsboard } from './thingsboard.ts'
import { topology } from './topology.ts'
import { trace } from './trace.ts'
import { units } from './units.ts'
import { versions } from './versions.ts'
import { welcome } from './welcome.ts'
import { workbench } from './workbench.ts'

export const zh: Translations = {
  activity,
  certificates,
  checks,
  codes: said.codes,
  dashboard,
  delivery,
  draft,
  events,
  form,
  frame,
  import: importing,
  keys,
  ledger,
  mapping,
  nodes,
  opcua,
  overview,
  palette,
  quarantine,
  rules,
  said: said.sentences,
  settings,
  sources,
  storage,
  tags,
  thingsboard,
  topology,
  trace,
  units,
  versions,
  welcome,
  workbench,
}
