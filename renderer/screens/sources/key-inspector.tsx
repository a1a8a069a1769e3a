import { Button } from '@mantine/core'
import { TextField } from '../../forms/fields.tsx'
import { below, type Problems } from '../../forms/problems.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { KeyFields } from './key-fields.tsx'
import { type DeviceDraft, withDevice, withKey } from './key-rows.ts'

const text = sourcesText.keys
const target = sourcesText.target

/** Edits the chosen device or key. */
export function KeyInspector(props: {
  readonly draft: OpcuaDraft
  readonly deviceAt: number
  readonly keyAt: number
  readonly problems: Problems
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
  readonly onRemoved: () => void
}) {
  const { deviceAt, keyAt, change } = props
  const device = props.draft.devices?.[deviceAt]
  const key = keyAt < 0 ? undefined : device?.keys?.[keyAt]
  if (!device || (keyAt >= 0 && !key)) {
    return (
      <section className="panel inspector" aria-label={text.key}>
        <p className="inspector-empty muted">{text.choose}</p>
      </section>
    )
  }
  if (!key) {
    return (
      <section className="panel inspector" aria-label={text.device}>
        <DeviceFields
          device={device}
          problems={below(`[${deviceAt}]`, props.problems)}
          set={(patch) => change((d) => withDevice(d, deviceAt, { ...device, ...patch }))}
        />
        <Button
          variant="subtle"
          color="red"
          onClick={() => {
            change((d) => withDevice(d, deviceAt, undefined))
            props.onRemoved()
          }}
        >
          {text.removeDevice}
        </Button>
      </section>
    )
  }
  return (
    <section className="panel inspector" aria-label={text.key}>
      <KeyFields
        draft={key}
        problems={below(`[${deviceAt}].keys[${keyAt}]`, props.problems)}
        defaults={props.draft}
        set={(patch) => change((d) => withKey(d, deviceAt, keyAt, { ...key, ...patch }))}
      />
      <Button
        variant="subtle"
        color="red"
        onClick={() => {
          change((d) => withKey(d, deviceAt, keyAt, undefined))
          props.onRemoved()
        }}
      >
        {text.removeKey}
      </Button>
    </section>
  )
}

function DeviceFields(props: {
  readonly device: DeviceDraft
  readonly problems: Problems
  readonly set: (patch: Partial<DeviceDraft>) => void
}) {
  return (
    <div className="form">
      <TextField
        label={target.deviceName}
        required
        value={props.device.name}
        error={props.problems.get('name')}
        onChange={(name) => props.set({ name })}
      />
      <TextField
        label={target.profile}
        placeholder="default"
        value={props.device.profile}
        error={props.problems.get('profile')}
        onChange={(profile) => props.set({ profile: profile === '' ? undefined : profile })}
      />
    </div>
  )
}
