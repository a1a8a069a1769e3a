import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { RequestInput } from '../../../../shared/api/contract.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import type { ChosenKey } from '../chosen-device.ts'
import { useSettledValue } from '../mapping/use-settled.ts'
import { SampleResult } from './sample-result.tsx'

const text = mappingText.sample
type Type = RequestInput<'preview.value'>['type']
const types = Object.keys(text.types) as Type[]
/** StatusCodes by severity (Part 4, 7.39): what the mapping asks is which of the three it is. */
const statusCodes = { good: 0, uncertain: 0x4000_0000, bad: 0x8000_0000 } as const
type Status = keyof typeof statusCodes
const settleMs = 80

interface Typed {
  readonly value: string
  readonly type: Type
  readonly status: Status
}

/** One value through one key: the newest one of the node, or a typed one. */
export function ValueSample({ chosen }: { readonly chosen: ChosenKey }) {
  const { connectorId, device, profile, key } = chosen
  const recent = useLiveQuery('samples.recent', { connectorId, filter: key.node }, 0)
  const last = recent.value?.value
  const [typed, setTyped] = useState<Typed>()
  const sample: Typed = typed ?? {
    value: last?.value ?? '',
    type: last?.type ?? 'double',
    status: statusOf(last?.statusCode ?? 0),
  }
  const set = (patch: Partial<Typed>): void => setTyped({ ...sample, ...patch })
  const question = useSettledValue(
    { device, profile, key, value: sample.value, type: sample.type, statusCode: statusCodes[sample.status] },
    settleMs,
  )
  const query = useLiveQuery('preview.value', question, 0)
  return (
    <div className="sample">
      <div className="sample-fields">
        <p translate="no">
          <strong className="device-name">{device}</strong> › {key.key}
        </p>
        <TextInput
          label={text.value}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          value={sample.value}
          onChange={(event) => set({ value: event.currentTarget.value })}
        />
        <Select
          label={text.type}
          value={sample.type}
          data={types.map((type) => ({ value: type, label: text.types[type] }))}
          onChange={(type) => set({ type: (type ?? 'double') as Type })}
        />
        <Select
          label={text.status}
          value={sample.status}
          data={(['good', 'uncertain', 'bad'] as const).map((status) => ({
            value: status,
            label: text.statuses[status],
          }))}
          onChange={(status) => set({ status: (status ?? 'good') as Status })}
        />
        <Button
          variant="default"
          onClick={() => {
            recent.refresh()
            setTyped(undefined)
          }}
        >
          {text.takeLast}
        </Button>
      </div>
      <SampleResult outcome={query.value} error={query.error} sample={question.value} />
    </div>
  )
}

function statusOf(statusCode: number): Status {
  const severity = statusCode >>> 30
  return severity === 0 ? 'good' : severity === 1 ? 'uncertain' : 'bad'
}
