import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { Note } from '../../components/note.tsx'
import { unitName } from '../../format.ts'
import { ChoiceField, NumberField, SwitchField, TextField } from '../../forms/fields.tsx'
import { MqttAddress, MqttVersion, tlsTurned } from '../../forms/mqtt-address.tsx'
import { NumberFields } from '../../forms/number-fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { formText } from '../../i18n/en-forms.ts'
import { overviewText } from '../../i18n/en-overview.ts'
import { thingsboardText as text } from '../../i18n/en-thingsboard.ts'
import { editThingsboard as set, type ThingsboardDraft } from '../../stores/thingsboard-draft.ts'
import { CredentialFields } from './credential-fields.tsx'

interface Props {
  readonly draft: ThingsboardDraft
  readonly saved: ThingsboardConfig | undefined
  readonly problems: Problems
}

export function ThingsboardForm({ draft, saved, problems }: Props) {
  const tls = draft.tls ?? {}
  return (
    <section className="form" aria-label={text.form}>
      <MqttAddress
        words={text}
        placeholder="thingsboard.example.com"
        hostWidth={9}
        address={draft}
        problems={problems}
        set={set}
      />
      <SwitchField
        label={text.tls}
        value={tls.enabled ?? false}
        onChange={(enabled) => set(tlsTurned(draft, tls, enabled))}
      />
      {tls.enabled ? (
        <TextField
          label={text.caFile}
          description={text.caHint}
          mono
          value={tls.caFile}
          error={problems.get('tls.caFile')}
          onChange={(caFile) => set({ tls: { ...tls, caFile: caFile === '' ? undefined : caFile } })}
        />
      ) : null}
      <CredentialFields credentials={draft.credentials} stored={saved?.credentials} problems={problems} />
      <DeliveryFields draft={draft} problems={problems} />
    </section>
  )
}

function DeliveryFields({ draft, problems }: Pick<Props, 'draft' | 'problems'>) {
  const numbers = [
    ['maxInFlight', text.maxInFlight, '', 64, text.maxInFlightHint],
    ['maxPayloadBytes', text.maxPayload, unitName('byte'), 52_428, text.maxPayloadHint],
    ['ackTimeoutSeconds', text.ackTimeout, 's', 30, text.ackTimeoutHint],
    ['keepAliveSeconds', text.keepAlive, 's', 30, text.keepAliveHint],
  ] as const
  return (
    <details className="more">
      <summary>{formText.advanced}</summary>
      <div className="form">
        <MqttVersion
          label={text.version}
          names={text.versions}
          value={draft.protocolVersion}
          onChange={(protocolVersion) => set({ protocolVersion })}
        />
        {draft.protocolVersion === 4 ? <Note tone="warn">{text.versionWarning}</Note> : null}
        <NumberFields specs={numbers} width={6} values={draft} problems={problems} set={set} />
        <LaneFields draft={draft} problems={problems} />
        <SwitchField
          label={text.several}
          description={text.severalHint}
          value={draft.severalDevicesPerMessage ?? false}
          onChange={(severalDevicesPerMessage) => set({ severalDevicesPerMessage })}
        />
      </div>
    </details>
  )
}

/** Backlog, confirmed mode and payload: how what is kept reaches ThingsBoard. */
function LaneFields({ draft, problems }: Pick<Props, 'draft' | 'problems'>) {
  const backlog = draft.backlog ?? {}
  const mode = backlog.mode ?? 'adaptive'
  return (
    <>
      <div className={mode === 'fixed' ? 'w-6' : undefined}>
        <ChoiceField
          label={text.backlog}
          description={text.backlogHint}
          value={mode}
          choices={[
            ['adaptive', text.backlogModes.adaptive],
            ['fixed', text.backlogModes.fixed],
          ]}
          onChange={(next) => set({ backlog: { ...backlog, mode: next } })}
        />
      </div>
      {mode === 'fixed' ? (
        <div className="w-6">
          <NumberField
            label={text.backlogRate}
            unit={overviewText.perSecond}
            description={text.backlogRateHint}
            fallback={10_000}
            value={backlog.valuesPerSecond}
            error={problems.get('backlog.valuesPerSecond')}
            onChange={(valuesPerSecond) => set({ backlog: { ...backlog, valuesPerSecond } })}
          />
        </div>
      ) : null}
      <div className="w-6">
        <NumberField
          label={text.confirmed}
          unit="min"
          decimals
          description={text.confirmedHint}
          fallback={text.confirmedOff}
          value={draft.confirmed?.retainMinutes}
          error={problems.get('confirmed.retainMinutes')}
          onChange={(retainMinutes) => set({ confirmed: { retainMinutes } })}
        />
      </div>
      <div className="w-6">
        <ChoiceField
          label={text.payload}
          description={text.payloadHint}
          value={draft.payload ?? 'json'}
          choices={[
            ['json', text.payloads.json],
            ['protobuf', text.payloads.protobuf],
          ]}
          onChange={(payload) => set({ payload })}
        />
      </div>
    </>
  )
}
