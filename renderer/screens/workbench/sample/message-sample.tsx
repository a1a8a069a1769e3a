import { Select, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatMomentMs } from '../../../format.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import type { ChosenTopic } from '../chosen-device.ts'
import { useSettledValue } from '../mapping/use-settled.ts'
import { SampleResult } from './sample-result.tsx'

const text = mappingText.sample
const settleMs = 80
const recentEveryMs = 5000

/** One message through one topic rule: a captured one, or one that is typed. */
export function MessageSample({ chosen }: { readonly chosen: ChosenTopic }) {
  const { connectorId, topic: rule, place } = chosen
  const recent = useLiveQuery('samples.recent', { connectorId, filter: rule.filter }, recentEveryMs)
  const messages = recent.value?.messages ?? []
  const [typed, setTyped] = useState<{ topic: string; payload: string }>()
  const [first] = messages
  const sample = typed ?? { topic: first?.topic ?? rule.filter.replace(/[+#]/g, 'x'), payload: first?.payload ?? '{}' }
  const question = useSettledValue(
    { connectorId, topic: rule, place, samples: [{ topic: sample.topic || ' ', payload: sample.payload }] },
    settleMs,
  )
  const query = useLiveQuery('preview.topic', question, 0)
  return (
    <div className="sample">
      <div className="sample-fields">
        <Select
          label={text.captured}
          placeholder={messages.length === 0 ? text.noneCaptured : text.pick}
          disabled={messages.length === 0}
          value={null}
          data={messages.map(({ at, topic }, index) => ({
            value: String(index),
            label: `${formatMomentMs(at)}  ${topic}`,
          }))}
          onChange={(value) => {
            const message = messages[Number(value)]
            if (message) setTyped({ topic: message.topic, payload: message.payload })
          }}
        />
        <TextInput
          label={text.topic}
          classNames={{ input: 'mono' }}
          value={sample.topic}
          onChange={(event) => setTyped({ ...sample, topic: event.currentTarget.value })}
        />
        <Textarea
          label={text.payload}
          classNames={{ input: 'mono' }}
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          value={sample.payload}
          onChange={(event) => setTyped({ ...sample, payload: event.currentTarget.value })}
        />
      </div>
      <SampleResult
        outcome={query.value}
        error={query.error}
        sample={sample.payload}
        noMatch={query.value?.samples[0]?.matches === false}
      />
    </div>
  )
}
