import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { TestPanel } from '../../forms/test-panel.tsx'
import { TextList } from '../../forms/text-list.tsx'
import { opcuaText } from '../../i18n/en-opcua.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { ServerTrustHelp } from '../certificates/server-trust.tsx'
import { EndpointPicker } from './endpoint-picker.tsx'
import { CollectionFields } from './opcua-collection.tsx'
import { SecurityFields } from './opcua-security.tsx'
import { SignInFields } from './opcua-sign-in.tsx'
import { useSourceTest } from './use-source-test.ts'

const text = sourcesText.opcua
/** As many lines as somebody edits by hand; the configuration file takes more. */
const patternsLimit = 200

interface Props {
  readonly draft: OpcuaDraft
  readonly saved: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
}

export function OpcuaConnection({ draft, saved, problems, change }: Props) {
  const [finding, setFinding] = useState(false)
  const set = (patch: Partial<OpcuaDraft>): void => change((d) => ({ ...d, ...patch }))
  const run = useSourceTest(draft, withinTestLimit)
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
            onUseAddress={(endpointUrl) => set({ endpointUrl })}
            onPick={(choice) => set(choice)}
            onClose={() => setFinding(false)}
          />
        ) : null}
        <SecurityFields draft={draft} problems={problems} set={set} />
        <SignInFields draft={draft} saved={saved} problems={problems} set={set} />
        <CollectionFields draft={draft} problems={problems} set={set} />
        <TextList
          words={opcuaText.alternates}
          name="alternates"
          limit={10}
          placeholder="opc.tcp://standby:4840"
          values={draft.alternates ?? []}
          problems={problems}
          onChange={(alternates) => set({ alternates })}
        />
        <TextList
          words={opcuaText.writable}
          name="writable"
          limit={patternsLimit}
          placeholder="ns=2;s=Line1.Setpoint*"
          values={draft.writable ?? []}
          problems={problems}
          onChange={(writable) => set({ writable })}
        />
        <TextList
          words={opcuaText.callable}
          name="callable"
          limit={patternsLimit}
          placeholder="ns=2;s=Line1.*.Reset"
          values={draft.callable ?? []}
          problems={problems}
          onChange={(callable) => set({ callable })}
        />
      </section>
      <TestPanel
        run={run}
        help={
          run.report?.steps.some((step) => step.code === 'OPCUA_REJECTED_BY_SERVER') ? (
            <ServerTrustHelp run={run} />
          ) : null
        }
      />
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
