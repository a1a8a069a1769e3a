import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { mqttConnectorSchema } from '../../../shared/config/mqtt.ts'
import { request } from '../../api/client.ts'
import { unitName } from '../../format.ts'
import { ChoiceField, NumberField, SecretField, SwitchField, TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { TestPanel } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
import { formText } from '../../i18n/en-forms.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { type MqttDraft, markSource } from '../../stores/source-drafts.ts'

const text = sourcesText.mqtt
const plainPort = 1883
const tlsPort = 8883

interface Props {
  readonly draft: MqttDraft
  readonly saved: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: MqttDraft) => MqttDraft) => void
}

export function MqttConnection({ draft, saved, problems, change }: Props) {
  const set = (patch: Partial<MqttDraft>): void => change((d) => ({ ...d, ...patch }))
  const run = useTestRun(draft, () => {
    markSource(draft.id, { attempted: true })
    const parsed = mqttConnectorSchema.safeParse(draft)
    return parsed.success ? request('connector.test', { connector: parsed.data }) : undefined
  })
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
        <div className="w-6">
          <TextField
            label={text.host}
            required
            mono
            placeholder="broker.plant.local"
            value={draft.host}
            error={problems.get('host')}
            onChange={(host) => set({ host: host.trim() })}
          />
        </div>
        <div className="w-3">
          <NumberField
            label={text.port}
            fallback={plainPort}
            value={draft.port}
            error={problems.get('port')}
            onChange={(port) => set({ port })}
          />
        </div>
        <div className="w-3">
          <ChoiceField
            label={text.version}
            value={draft.protocolVersion === 4 ? '4' : '5'}
            choices={[
              ['5', text.versions[5]],
              ['4', text.versions[4]],
            ]}
            onChange={(version) => set({ protocolVersion: version === '4' ? 4 : 5 })}
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
  const toggle = (enabled: boolean): void => {
    const port = draft.port ?? plainPort
    const usual = enabled ? port === plainPort : port === tlsPort
    set({ tls: { ...tls, enabled }, ...(usual ? { port: enabled ? tlsPort : plainPort } : {}) })
  }
  return (
    <>
      <SwitchField label={text.tls} value={tls.enabled ?? false} onChange={toggle} />
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
        {numbers.map(([name, label, unit, fallback]) => (
          <div key={name} className="w-4">
            <NumberField
              label={label}
              unit={unit}
              fallback={fallback}
              value={draft[name]}
              error={problems.get(name)}
              onChange={(value) => set({ [name]: value })}
            />
          </div>
        ))}
      </div>
    </details>
  )
}
