import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { Empty } from '../../components/empty.tsx'
import { ToneGlyph } from '../../components/state-mark.tsx'
import { below, type Problems } from '../../forms/problems.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { MqttDraft } from '../../stores/source-drafts.ts'
import { type TopicDraft, TopicEditor } from './topic-editor.tsx'

const text = sourcesText.topics

const newTopic: TopicDraft = { filter: '', device: '', keys: [{ key: '', value: '$' }] }

export function MqttTopics(props: {
  readonly draft: MqttDraft
  readonly problems: Problems
  readonly change: (change: (draft: MqttDraft) => MqttDraft) => void
}) {
  const topics = props.draft.topics ?? []
  const [wanted, setWanted] = useState(0)
  const selected = Math.min(wanted, topics.length - 1)
  const topic = topics[selected]
  const setTopics = (next: readonly TopicDraft[]): void => props.change((d) => ({ ...d, topics: [...next] }))
  const add = (): void => {
    setTopics([...topics, newTopic])
    setWanted(topics.length)
  }
  return (
    <div className="topics">
      <section className="panel topic-list" aria-label={text.title}>
        <header className="panel-head">
          <h2>{text.title}</h2>
          <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
            {text.add}
          </Button>
        </header>
        <ul>
          {topics.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place in the configuration.
            <li key={index}>
              <button
                type="button"
                className={`topic-row${index === selected ? ' selected' : ''}`}
                aria-current={index === selected ? 'true' : undefined}
                onClick={() => setWanted(index)}
              >
                <span className="mono ellipsis">{entry.filter || text.untitled}</span>
                <span className="muted ellipsis">{entry.device}</span>
                {below(`topics[${index}]`, props.problems).size > 0 ? <ToneGlyph tone="bad" /> : null}
              </button>
            </li>
          ))}
        </ul>
      </section>
      {topic ? (
        <TopicEditor
          key={selected}
          topic={topic}
          problems={below(`topics[${selected}]`, props.problems)}
          change={(next) => setTopics(topics.map((entry, index) => (index === selected ? next : entry)))}
          onRemove={() => setTopics(topics.filter((_entry, index) => index !== selected))}
        />
      ) : (
        <Empty title={text.none} actions={<Button onClick={add}>{text.add}</Button>}>
          {text.noneBody}
        </Empty>
      )}
    </div>
  )
}
