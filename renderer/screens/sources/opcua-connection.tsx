import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import { request } from '../../api/client.ts'
import { ChoiceField, NumberField, SecretField, SwitchField, TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { TestPanel } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
import { formText } from '../../i18n/en-forms.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { markSource, type OpcuaDraft } from '../../stores/source-drafts.ts'
import { EndpointPicker } from './endpoint-picker.tsx'

const text = sourcesText.opcua

interface Props {
  readonly draft: OpcuaDraft
  readonly saved: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
}

export function OpcuaConnection({ draft, saved, problems, change }: Props) {
  const [finding, setFinding] = useState(false)
  const set = (patch: Partial<OpcuaDraft>): void => change((d) => ({ ...d, ...patch }))
  const run = useTestRun(draft, () => {
    markSource(draft.id, { attempted: true })
    const parsed = opcuaConnectorSchema.safeParse(withinTestLimit(draft))
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
        <div className="field-with-button">
          <TextField
            label={text.endpoint}
            required
            mono
            placeholder="opc.tcp://host:4840"
            value={draft.endpointUrl}
            error={problems.get('endpointUrl')}
            onChange={(endpointUrl) => set({ endpointUrl: endpointUrl.trim() })}
          />
          <Button variant="default" disabled={draft.endpointUrl === ''} onClick={() => setFinding(true)}>
            {text.find}
          </Button>
        </div>
        {finding ? (
          <EndpointPicker
            endpointUrl={draft.endpointUrl}
            securityMode={draft.securityMode ?? 'auto'}
            securityPolicy={draft.securityPolicy ?? 'auto'}
            onPick={(choice) => set(choice)}
            onClose={() => setFinding(false)}
          />
        ) : null}
        <SecurityFields draft={draft} problems={problems} set={set} />
        <SignInFields draft={draft} saved={saved} problems={problems} set={set} />
        <CollectionFields draft={draft} problems={problems} set={set} />
      </section>
      <TestPanel run={run} />
    </div>
  )
}

/** One request holds at most 1 MB; so many keys tell as much about a connection as all of them. */
const testedKeysLimit = 2000

function withinTestLimit(draft: OpcuaDraft): OpcuaDraft {
  let left = testedKeysLimit
  const devices = []
  for (const device of draft.devices ?? []) {
    const keys = (device.keys ?? []).slice(0, left)
    left -= keys.length
    devices.push({ ...device, keys })
    if (left <= 0) break
  }
  return { ...draft, devices }
}

interface PartProps {
  readonly draft: OpcuaDraft
  readonly problems: Problems
  readonly set: (patch: Partial<OpcuaDraft>) => void
}

function SecurityFields({ draft, problems, set }: PartProps) {
  return (
    <>
      <div className="w-6">
        <ChoiceField
          label={text.mode}
          value={draft.securityMode ?? 'auto'}
          choices={[
            ['auto', text.modes.auto],
            ['SignAndEncrypt', text.modes.SignAndEncrypt],
            ['Sign', text.modes.Sign],
            ['None', text.modes.None],
          ]}
          error={problems.get('securityMode')}
          onChange={(securityMode) =>
            set(
              securityMode === 'None'
                ? { securityMode, securityPolicy: 'None' }
                : { securityMode, ...policyFor(draft) },
            )
          }
        />
      </div>
      <div className="w-6">
        <ChoiceField
          label={text.policy}
          value={draft.securityPolicy ?? 'auto'}
          choices={[
            ['auto', text.autoPolicy],
            ['Aes256_Sha256_RsaPss', 'Aes256_Sha256_RsaPss'],
            ['Aes128_Sha256_RsaOaep', 'Aes128_Sha256_RsaOaep'],
            ['Basic256Sha256', 'Basic256Sha256'],
            ['None', 'None'],
          ]}
          error={problems.get('securityPolicy')}
          onChange={(securityPolicy) => set({ securityPolicy })}
        />
      </div>
    </>
  )
}

/** Policy None makes no sense with a mode that signs: leaving mode None leaves policy None too. */
function policyFor(draft: OpcuaDraft): Partial<OpcuaDraft> {
  return draft.securityPolicy === 'None' ? { securityPolicy: 'auto' } : {}
}

function SignInFields({ draft, saved, problems, set }: PartProps & Pick<Props, 'saved'>) {
  const identity = draft.identity ?? { type: 'anonymous' }
  const stored = saved?.type === 'opcua' && saved.identity.type === 'password' ? saved.identity : undefined
  return (
    <>
      <ChoiceField
        label={text.signIn}
        value={identity.type}
        choices={[
          ['anonymous', text.identity.anonymous],
          ['password', text.identity.password],
          // Configured in the file; shown so that opening the form does not change it.
          ...(identity.type === 'certificate' ? [['certificate', 'X.509'] as const] : []),
        ]}
        onChange={(type) => {
          if (type === 'anonymous') set({ identity: { type } })
          else if (type === 'password') set({ identity: stored ?? { type, username: '', password: '' } })
        }}
      />
      {identity.type === 'password' ? (
        <>
          <div className="w-6">
            <TextField
              label={text.username}
              required
              value={identity.username}
              error={problems.get('identity.username')}
              onChange={(username) => set({ identity: { ...identity, username } })}
            />
          </div>
          <div className="w-6">
            <SecretField
              label={text.password}
              value={identity.password}
              stored={stored?.password}
              error={problems.get('identity.password')}
              onChange={(password) => set({ identity: { ...identity, password: password ?? '' } })}
            />
          </div>
          <SwitchField
            label={text.unencrypted}
            description={text.unencryptedHint}
            value={draft.allowUnencryptedPassword ?? false}
            onChange={(allowUnencryptedPassword) => set({ allowUnencryptedPassword })}
          />
        </>
      ) : null}
    </>
  )
}

function CollectionFields({ draft, problems, set }: PartProps) {
  const numbers = [
    ['publishingIntervalMs', text.publishing, 'ms', 500, undefined],
    ['samplingIntervalMs', text.sampling, 'ms', 250, text.samplingHint],
    ['queueSize', text.queue, '', 10, undefined],
  ] as const
  const times = [
    ['sessionTimeoutMs', text.sessionTimeout, 'ms', 120_000, text.sessionHint],
    ['requestTimeoutMs', text.requestTimeout, 'ms', 15_000, undefined],
  ] as const
  return (
    <>
      <h3>{text.collection}</h3>
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
      <details className="more">
        <summary>{formText.advanced}</summary>
        <div className="form">
          {times.map(([name, label, unit, fallback, description]) => (
            <div key={name} className="w-6">
              <NumberField
                label={label}
                unit={unit}
                fallback={fallback}
                description={description}
                value={draft[name]}
                error={problems.get(name)}
                onChange={(value) => set({ [name]: value })}
              />
            </div>
          ))}
        </div>
      </details>
    </>
  )
}
