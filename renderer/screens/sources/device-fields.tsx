import { TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'

interface DevicePatch {
  readonly device?: string | undefined
  readonly profile?: string | undefined
}

/** Which device the values of a rule, an event or a topic belong to. Empty = what the placeholder says. */
export function DeviceFields(props: {
  readonly words: { readonly device: string; readonly deviceHint: string; readonly profile: string }
  readonly placeholder: string
  readonly draft: DevicePatch
  readonly problems: Problems
  readonly set: (patch: DevicePatch) => void
}) {
  const { words, draft, problems, set } = props
  return (
    <>
      <div className="w-6">
        <TextField
          label={words.device}
          description={words.deviceHint}
          mono
          placeholder={props.placeholder}
          value={draft.device}
          error={problems.get('device')}
          onChange={(device) => set({ device: device === '' ? undefined : device })}
        />
      </div>
      <div className="w-6 bottom">
        <TextField
          label={words.profile}
          placeholder="default"
          value={draft.profile}
          error={problems.get('profile')}
          onChange={(profile) => set({ profile: profile === '' ? undefined : profile })}
        />
      </div>
    </>
  )
}
