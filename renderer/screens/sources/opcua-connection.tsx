import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import { request } from '../../api/client.ts'
import { TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { TestPanel } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { markSource, type OpcuaDraft } from '../../stores/source-drafts.ts'
import { EndpointPicker } from './endpoint-picker.tsx'
import { AlternateFields } from './opcua-alternates.tsx'
import { CollectionFields } from './opcua-collection.tsx'
import { SecurityFields } from './opcua-security.tsx'
import { SignInFields } from './opcua-sign-in.tsx'

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
            allowDeprecatedUntil={draft.allowDeprecatedUntil}
            onPick={(choice) => set(choice)}
            onClose={() => setFinding(false)}
          />
        ) : null}
        <SecurityFields draft={draft} problems={problems} set={set} />
        <SignInFields draft={draft} saved={saved} problems={problems} set={set} />
        <CollectionFields draft={draft} problems={problems} set={set} />
        <AlternateFields draft={draft} problems={problems} set={set} />
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
