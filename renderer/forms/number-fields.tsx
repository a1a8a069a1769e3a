import { NumberField } from './fields.tsx'
import type { Problems } from './problems.ts'

/** Field of the configuration, label, unit, what counts while it is empty, and what it means. */
export type NumberSpec<Name extends string> = readonly [
  name: Name,
  label: string,
  unit: string,
  fallback: number,
  description?: string,
]

/** Numbers of one part of the configuration beside one another; each is named in it as in `specs`. */
export function NumberFields<Name extends string>(props: {
  readonly specs: readonly NumberSpec<Name>[]
  /** Of twelve columns. */
  readonly width: 4 | 6
  readonly values: { readonly [N in Name]?: number | undefined }
  readonly problems: Problems
  readonly set: (patch: { readonly [N in Name]?: number | undefined }) => void
}) {
  const { values, problems, set } = props
  return props.specs.map(([name, label, unit, fallback, description]) => (
    <div key={name} className={`w-${props.width}`}>
      <NumberField
        label={label}
        unit={unit}
        fallback={fallback}
        description={description || undefined}
        value={values[name]}
        error={problems.get(name)}
        onChange={(value) => set({ [name]: value } as { readonly [N in Name]?: number | undefined })}
      />
    </div>
  ))
}
