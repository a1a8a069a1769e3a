import { Button } from '@mantine/core'
import { ChoiceField, TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { MqttDraft } from '../../stores/source-drafts.ts'
import { TopicKeys } from './topic-keys.tsx'

const text = sourcesText.topics

export type TopicDraft = NonNullable<MqttDraft['topics']>[number]

export function TopicEditor(props: {
  readonly topic: TopicDraft
  readonly problems: Problems
  readonly change: (topic: TopicDraft) => void
  readonly onRemove: () => void
}) {
  const { topic, problems } = props
  const set = (patch: Partial<TopicDraft>): void => props.change({ ...topic, ...patch })
  return (
    <section className="form topic-editor" aria-label={text.rule}>
      <div className="w-6">
        <TextField
          label={text.filter}
          description={text.filterHint}
          required
          mono
          placeholder="plant/+/sensors/#"
          value={topic.filter}
          error={problems.get('filter')}
          onChange={(filter) => set({ filter })}
        />
      </div>
      <div className="w-3 bottom">
        <ChoiceField
          label={text.format}
          value={topic.format ?? 'json'}
          choices={[
            ['json', text.formats.json],
            ['text', text.formats.text],
          ]}
          onChange={(format) => set({ format })}
        />
      </div>
      <div className="w-3 bottom">
        <ChoiceField
          label={text.qos}
          value={topic.qos === 0 ? '0' : '1'}
          choices={[
            ['1', text.qosNames[1]],
            ['0', text.qosNames[0]],
          ]}
          onChange={(qos) => set({ qos: qos === '0' ? 0 : 1 })}
        />
      </div>
      <div className="w-6">
        <TextField
          label={text.device}
          description={text.deviceHint}
          required
          mono
          placeholder="Sensor ${topic[1]}"
          value={topic.device}
          error={problems.get('device')}
          onChange={(device) => set({ device })}
        />
      </div>
      <div className="w-6 bottom">
        <TextField
          label={text.profile}
          placeholder="default"
          value={topic.profile}
          error={problems.get('profile')}
          onChange={(profile) => set({ profile: profile === '' ? undefined : profile })}
        />
      </div>
      {topic.format === 'text' ? null : <PayloadFields topic={topic} problems={problems} set={set} />}
      <TopicKeys
        keys={topic.keys}
        json={topic.format !== 'text'}
        problems={problems}
        change={(keys) => set({ keys })}
      />
      <div>
        <Button variant="subtle" color="red" onClick={props.onRemove}>
          {text.remove}
        </Button>
      </div>
    </section>
  )
}

function PayloadFields(props: {
  readonly topic: TopicDraft
  readonly problems: Problems
  readonly set: (patch: Partial<TopicDraft>) => void
}) {
  const { topic, problems, set } = props
  return (
    <>
      <div className="w-4">
        <TextField
          label={text.timeFrom}
          description={text.timeHint}
          mono
          placeholder="$.ts"
          value={topic.timestamp?.value}
          error={problems.get('timestamp.value')}
          onChange={(value) => set({ timestamp: value === '' ? undefined : { ...topic.timestamp, value } })}
        />
      </div>
      <div className="w-3 bottom">
        <ChoiceField
          label={text.timeFormat}
          value={topic.timestamp?.format ?? 'ms'}
          choices={[
            ['ms', text.timeFormats.ms],
            ['s', text.timeFormats.s],
            ['iso', text.timeFormats.iso],
          ]}
          onChange={(format) => set({ timestamp: { value: topic.timestamp?.value ?? '$.ts', format } })}
        />
      </div>
      <div className="w-5">
        <TextField
          label={text.forEach}
          description={text.forEachHint}
          mono
          placeholder="$.values"
          value={topic.forEach}
          error={problems.get('forEach')}
          onChange={(forEach) => set({ forEach: forEach === '' ? undefined : forEach })}
        />
      </div>
    </>
  )
}
