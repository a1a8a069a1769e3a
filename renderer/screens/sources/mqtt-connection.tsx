import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { unitName } from '../../format.ts'
import { SecretField, SwitchField, TextField } from '../../forms/fields.tsx'
import { MqttAddress, MqttVersion, tlsTurned } from '../../forms/mqtt-address.tsx'
import { NumberFields } from '../../forms/number-fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { TestPanel } from '../../forms/test-panel.tsx'
import { formText } from '../../i18n/en-forms.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { MqttDraft } from '../../stores/source-drafts.ts'
import { useSourceTest } from './use-source-test.ts'

const text = sourcesText.mqtt

interface Props {
  readonly draft: MqttDraft
  readonly saved: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: MqttDraft) => MqttDraft) => void
}

export function MqttConnection({ draft, saved, problems, change }: Props) {
  const set = (patch: Partial<MqttDraft>): void => change((d) => ({ ...d, ...patch }))
  const run = useSourceTest(draft)
  return (
    <div className="editor-columns">
      <section className="form" aria-label={text.form}>
        <TextField
          label={text.name}
          required
          value={draft.name}
          error={problems.get('name')}
          onChange={(name) => set({ name })}
        />
        <MqttAddress
          words={text}
          placeholder="broker.plant.local"
          hostWidth={6}
          address={draft}
          problems={problems}
          set={set}
        />
        <div className="w-3">
          <MqttVersion
            label={text.version}
            names={text.versions}
            value={draft.protocolVersion}
            onChange={(protocolVersion) => set({ protocolVersion })}
          />
        </div>
        <div className="w-6">
          <TextField
            label={text.username}
            value={draft.username}
            error={problems.get('username')}
            onChange={(username) => set({ username: username === '' ? undefined : username })}
          />
        </div>
        <div className="w-6">
          <SecretField
            label={text.password}
            value={draft.password}
            stored={saved?.type === 'mqtt' ? saved.password : undefined}
            error={problems.get('password')}
            onChange={(password) => set({ password: password === '' && !stored(saved) ? undefined : password })}
          />
        </div>
        <TlsFields draft={draft} problems={problems} set={set} />
        <MoreFields draft={draft} problems={problems} set={set} />
      </section>
      <TestPanel run={run} />
    </div>
  )
}

function stored(saved: ConnectorConfig | undefined): boolean {
  return saved?.type === 'mqtt' && saved.password !== undefined
}

interface PartProps {
  readonly draft: MqttDraft
  readonly problems: Problems
  readonly set: (patch: Partial<MqttDraft>) => void
}

function TlsFields({ draft, problems, set }: PartProps) {
  const tls = draft.tls ?? {}
  const files = [
    ['caFile', text.caFile, text.caHint],
    ['certFile', text.certFile, undefined],
    ['keyFile', text.keyFile, undefined],
  ] as const
  return (
    <>
      <SwitchField
        label={text.tls}
        value={tls.enabled ?? false}
        onChange={(enabled) => set(tlsTurned(draft, tls, enabled))}
      />
      {tls.enabled
        ? files.map(([name, label, description]) => (
            <TextField
              key={name}
              label={label}
              description={description}
              mono
              value={tls[name]}
              error={problems.get(`tls.${name}`)}
              onChange={(value) => set({ tls: { ...tls, [name]: value === '' ? undefined : value } })}
            />
          ))
        : null}
    </>
  )
}

function MoreFields({ draft, problems, set }: PartProps) {
  const numbers = [
    ['keepAliveSeconds', text.keepAlive, 's', 30],
    ['sessionExpirySeconds', text.sessionExpiry, 's', 86_400],
    ['maxPayloadBytes', text.maxPayload, unitName('byte'), 1_048_576],
  ] as const
  return (
    <details className="more">
      <summary>{formText.advanced}</summary>
      <div className="form">
        <TextField
          label={text.clientId}
          description={text.clientIdHint}
          value={draft.clientId}
          error={problems.get('clientId')}
          onChange={(clientId) => set({ clientId: clientId === '' ? undefined : clientId })}
        />
        <NumberFields specs={numbers} width={4} values={draft} problems={problems} set={set} />
      </div>
    </details>
  )
}
