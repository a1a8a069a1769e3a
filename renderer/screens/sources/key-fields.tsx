import { ChoiceField, NumberField, SwitchField, TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import type { KeyDraft } from './key-rows.ts'

const text = sourcesText.target
const retentionChoices = ['default', 'guaranteed', 'recent', 'latest'] as const

interface Props {
  readonly draft: KeyDraft
  readonly problems: Problems
  readonly defaults: OpcuaDraft
  readonly set: (patch: Partial<KeyDraft>) => void
}

/** Everything one OPC UA key can say; empty fields take what the source says. */
export function KeyFields(props: Props) {
  const { draft, problems, set } = props
  return (
    <div className="form">
      <TextField
        label={text.key}
        required
        value={draft.key}
        error={problems.get('key')}
        onChange={(key) => set({ key })}
      />
      <TextField
        label={text.node}
        description={text.nodeHint}
        required
        mono
        value={draft.node}
        error={problems.get('node')}
        onChange={(node) => set({ node: node.trim() })}
      />
      <div className="w-6">
        <ChoiceField
          label={text.kind}
          value={draft.kind ?? 'telemetry'}
          choices={[
            ['telemetry', text.kinds.telemetry],
            ['attribute', text.kinds.attribute],
          ]}
          onChange={(kind) => set({ kind })}
        />
      </div>
      <div className="w-6">
        <ChoiceField
          label={text.type}
          value={draft.type ?? 'auto'}
          choices={(['auto', 'double', 'integer', 'boolean', 'string', 'json'] as const).map((type) => [
            type,
            text.types[type],
          ])}
          onChange={(type) => set({ type })}
        />
      </div>
      <div className="w-4">
        <NumberField
          label={text.scale}
          decimals
          fallback={1}
          value={draft.scale}
          error={problems.get('scale')}
          onChange={(scale) => set({ scale })}
        />
      </div>
      <div className="w-4">
        <NumberField
          label={text.offset}
          decimals
          fallback={0}
          value={draft.offset}
          error={problems.get('offset')}
          onChange={(offset) => set({ offset })}
        />
      </div>
      <div className="w-4">
        <TextField
          label={text.unit}
          value={draft.unit}
          error={problems.get('unit')}
          onChange={(unit) => set({ unit: unit === '' ? undefined : unit })}
        />
      </div>
      <RetentionField draft={draft} set={set} />
      <SamplingFields {...props} />
      <ReportFields {...props} />
    </div>
  )
}

/** Telemetry only: of an attribute always the newest value is kept. */
function RetentionField({ draft, set }: Pick<Props, 'draft' | 'set'>) {
  if (draft.kind === 'attribute') return null
  return (
    <ChoiceField
      label={text.retention}
      value={draft.retention ?? 'default'}
      choices={retentionChoices.map((name) => [name, text.retentions[name]])}
      onChange={(name) => set({ retention: name === 'default' ? undefined : name })}
    />
  )
}

function SamplingFields({ draft, problems, defaults, set }: Props) {
  const deadband = draft.deadband
  return (
    <>
      <h3>{sourcesText.opcua.collection}</h3>
      <div className="w-6">
        <NumberField
          label={sourcesText.opcua.sampling}
          unit="ms"
          fallback={defaults.samplingIntervalMs ?? 250}
          value={draft.samplingIntervalMs}
          error={problems.get('samplingIntervalMs')}
          onChange={(samplingIntervalMs) => set({ samplingIntervalMs })}
        />
      </div>
      <div className="w-6">
        <NumberField
          label={sourcesText.opcua.queue}
          fallback={defaults.queueSize ?? 10}
          value={draft.queueSize}
          error={problems.get('queueSize')}
          onChange={(queueSize) => set({ queueSize })}
        />
      </div>
      <div className="w-6">
        <ChoiceField
          label={text.deadband}
          value={deadband?.type ?? 'none'}
          choices={[
            ['none', text.deadbands.none],
            ['absolute', text.deadbands.absolute],
            ['percent', text.deadbands.percent],
          ]}
          onChange={(type) => set({ deadband: type === 'none' ? undefined : { type, value: deadband?.value ?? 0 } })}
        />
      </div>
      <div className="w-6">
        {deadband ? (
          <NumberField
            label={text.deadbandValue}
            decimals
            value={deadband.value}
            error={problems.get('deadband.value')}
            onChange={(value) => set({ deadband: { ...deadband, value: value ?? 0 } })}
          />
        ) : null}
      </div>
      <div className="w-6">
        <ChoiceField
          label={text.timestamp}
          value={draft.timestamp ?? 'source'}
          choices={(['source', 'server', 'gateway'] as const).map((clock) => [clock, text.timestamps[clock]])}
          onChange={(timestamp) => set({ timestamp })}
        />
      </div>
      <div className="w-6">
        <ChoiceField
          label={text.discard}
          value={draft.discardOldest === false ? 'newest' : 'oldest'}
          choices={[
            ['oldest', text.discards.oldest],
            ['newest', text.discards.newest],
          ]}
          onChange={(which) => set({ discardOldest: which === 'oldest' })}
        />
      </div>
      <ChoiceField
        label={text.quality}
        value={draft.quality ?? 'skip'}
        choices={[
          ['skip', text.qualities.skip],
          ['companion', text.qualities.companion],
        ]}
        onChange={(quality) => set({ quality })}
      />
    </>
  )
}

function ReportFields({ draft, problems, set }: Props) {
  const report = draft.report ?? {}
  /** A report that says nothing is no report. */
  const setReport = (patch: NonNullable<KeyDraft['report']>): void => {
    const next = { ...report, ...patch }
    const says =
      next.onChange ||
      next.deadband !== undefined ||
      next.atMostEveryMs !== undefined ||
      next.atLeastEveryMs !== undefined
    set({ report: says ? next : undefined })
  }
  return (
    <>
      <h3>{text.report}</h3>
      <SwitchField
        label={text.onChange}
        value={report.onChange ?? false}
        onChange={(onChange) => setReport({ onChange })}
      />
      <div className="w-4">
        <NumberField
          label={text.changeBy}
          decimals
          value={report.deadband}
          error={problems.get('report.deadband')}
          onChange={(deadband) => setReport({ deadband })}
        />
      </div>
      <div className="w-4">
        <NumberField
          label={text.atMost}
          unit="ms"
          value={report.atMostEveryMs}
          error={problems.get('report.atMostEveryMs')}
          onChange={(atMostEveryMs) => setReport({ atMostEveryMs })}
        />
      </div>
      <div className="w-4">
        <NumberField
          label={text.atLeast}
          unit="ms"
          value={report.atLeastEveryMs}
          error={problems.get('report.atLeastEveryMs')}
          onChange={(atLeastEveryMs) => setReport({ atLeastEveryMs })}
        />
      </div>
    </>
  )
}
