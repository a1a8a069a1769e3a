import type { OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import type { KeyPatch } from './mapping-edits.ts'
import type { MappingKey } from './mapping-model.ts'

// The columns of the devices-and-keys table: how a key shows in each, and what a typed text makes of it.

export type CellEdit =
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly choices: readonly (readonly [value: string, label: string])[] }

export type Typed = { readonly patch: KeyPatch } | { readonly problem: string }

export interface KeyColumn {
  readonly id: string
  readonly title: string
  readonly width: number
  readonly numeric?: boolean
  /** Keys of topics have no such thing. */
  readonly opcuaOnly?: boolean
  readonly edit?: CellEdit
  /** As it stands in the cell; empty = inherited or not set. */
  readonly show: (key: MappingKey) => string
  /** As it stands in the field. */
  readonly raw: (key: MappingKey) => string
  readonly typed: (value: string, key: MappingKey) => Typed
}

const fromChoices = (names: Readonly<Record<string, string>>): CellEdit => ({
  kind: 'choice',
  choices: Object.entries(names),
})

function field(name: keyof KeyPatch): (value: string) => Typed {
  return (value) => ({ patch: { [name]: value } })
}

/** Empty = as the source says. */
function numberField(name: keyof KeyPatch, check: (n: number) => string | undefined = () => undefined) {
  return (value: string): Typed => {
    if (value.trim() === '') return { patch: { [name]: undefined } }
    const number = Number(value.trim().replace(',', '.'))
    if (Number.isNaN(number)) return { problem: text.notANumber }
    const problem = check(number)
    return problem === undefined ? { patch: { [name]: number } } : { problem }
  }
}

const atLeast = (least: number) => (n: number) => (n >= least ? undefined : text.atLeast(String(least)))
const number = (value: unknown): string => (value === undefined ? '' : String(value))
const opcua = (key: MappingKey): Partial<OpcuaKeyConfig> => ('node' in key ? key : {})

export const keyColumns: readonly KeyColumn[] = [
  {
    id: 'kind',
    title: text.columns.kind,
    width: 88,
    edit: fromChoices(text.kinds),
    show: (key) => text.kinds[key.kind],
    raw: (key) => key.kind,
    typed: field('kind'),
  },
  {
    id: 'value',
    title: text.columns.value,
    width: 118,
    numeric: true,
    show: () => '',
    raw: () => '',
    typed: () => ({ patch: {} }),
  },
  {
    id: 'report',
    title: text.columns.report,
    width: 104,
    edit: { kind: 'text' },
    show: (key) => reportText(key.report),
    raw: (key) => reportText(key.report),
    typed: typedReport,
  },
  {
    id: 'type',
    title: text.columns.type,
    width: 84,
    edit: fromChoices(text.types),
    show: (key) => (key.type === 'auto' ? '' : text.types[key.type]),
    raw: (key) => key.type,
    typed: field('type'),
  },
  {
    id: 'unit',
    title: text.columns.unit,
    width: 60,
    edit: { kind: 'text' },
    show: (key) => key.unit ?? '',
    raw: (key) => key.unit ?? '',
    typed: (value) => ({ patch: { unit: value.trim() === '' ? undefined : value.trim() } }),
  },
  {
    id: 'scale',
    title: text.columns.scale,
    width: 64,
    numeric: true,
    edit: { kind: 'text' },
    show: (key) => number(key.scale),
    raw: (key) => number(key.scale),
    typed: numberField('scale', (n) => (n === 0 ? text.notZero : undefined)),
  },
  {
    id: 'offset',
    title: text.columns.offset,
    width: 64,
    numeric: true,
    edit: { kind: 'text' },
    show: (key) => number(key.offset),
    raw: (key) => number(key.offset),
    typed: numberField('offset'),
  },
  {
    id: 'retention',
    title: text.columns.retention,
    width: 96,
    edit: fromChoices(text.retentions),
    show: (key) => (key.retention ? text.retentions[key.retention] : ''),
    raw: (key) => key.retention ?? 'inherited',
    typed: (value) => ({ patch: { retention: value === 'inherited' ? undefined : value } }),
  },
  {
    id: 'sampling',
    title: text.columns.sampling,
    width: 116,
    numeric: true,
    opcuaOnly: true,
    edit: { kind: 'text' },
    show: (key) => number(opcua(key).samplingIntervalMs),
    raw: (key) => number(opcua(key).samplingIntervalMs),
    typed: numberField('samplingIntervalMs', atLeast(0)),
  },
  {
    id: 'queue',
    title: text.columns.queue,
    width: 64,
    numeric: true,
    opcuaOnly: true,
    edit: { kind: 'text' },
    show: (key) => number(opcua(key).queueSize),
    raw: (key) => number(opcua(key).queueSize),
    typed: numberField('queueSize', atLeast(1)),
  },
  {
    id: 'deadband',
    title: text.columns.deadband,
    width: 94,
    numeric: true,
    opcuaOnly: true,
    edit: { kind: 'text' },
    show: (key) => deadbandText(opcua(key).deadband),
    raw: (key) => deadbandText(opcua(key).deadband),
    typed: typedDeadband,
  },
]

/** `5` is absolute, `5 %` of the range. */
function deadbandText(deadband: OpcuaKeyConfig['deadband']): string {
  return deadband ? `${deadband.value}${deadband.type === 'percent' ? ' %' : ''}` : ''
}

function typedDeadband(value: string): Typed {
  const trimmed = value.trim()
  if (trimmed === '') return { patch: { deadband: undefined } }
  const isPercent = trimmed.endsWith('%')
  const amount = Number(trimmed.replace('%', '').trim())
  if (Number.isNaN(amount) || amount < 0) return { problem: text.notADeadband }
  return { patch: { deadband: { type: isPercent ? 'percent' : 'absolute', value: amount } } }
}

/**
 * A report strategy in a few signs, which can be typed the same way: `change`, `Δ 5`, `≥ 1 s` (at most every second), `≤ 60 s`
 * (at least every minute), or several of them.
 */
export function reportText(report: MappingKey['report']): string {
  if (!report) return ''
  const parts: string[] = []
  if (report.deadband !== undefined) parts.push(`Δ ${report.deadband}`)
  else if (report.onChange) parts.push(text.onChange)
  if (report.atMostEveryMs !== undefined) parts.push(`≥ ${timeText(report.atMostEveryMs)}`)
  if (report.atLeastEveryMs !== undefined) parts.push(`≤ ${timeText(report.atLeastEveryMs)}`)
  return parts.join(' ')
}

function timeText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`
}

const reportPart =
  /\s*(?:(Δ|d|delta)\s*([\d.]+)|(≥|>=?)\s*([\d.]+)\s*(ms|s|min)?|(≤|<=?)\s*([\d.]+)\s*(ms|s|min)?)\s*/iy

export function typedReport(value: string): Typed {
  let rest = value.trim()
  if (rest === '') return { patch: { report: undefined } }
  const report: { onChange: boolean; deadband?: number; atMostEveryMs?: number; atLeastEveryMs?: number } = {
    onChange: false,
  }
  for (const word of [text.onChange, 'change']) {
    if (!rest.toLowerCase().startsWith(word.toLowerCase())) continue
    report.onChange = true
    rest = rest.slice(word.length).trim()
    break
  }
  reportPart.lastIndex = 0
  while (reportPart.lastIndex < rest.length) {
    const match = reportPart.exec(rest)
    if (!match) return { problem: text.notAReport }
    if (match[1]) report.deadband = Number(match[2])
    else if (match[3]) report.atMostEveryMs = msOf(match[4], match[5])
    else report.atLeastEveryMs = msOf(match[7], match[8])
  }
  if (report.deadband !== undefined) report.onChange = true
  return Object.values(report).some((part) => Number.isNaN(part)) ? { problem: text.notAReport } : { patch: { report } }
}

function msOf(amount: string | undefined, unit: string | undefined): number {
  const factor = unit === 'ms' ? 1 : unit === 'min' ? 60_000 : 1000
  return Math.round(Number(amount) * factor)
}
