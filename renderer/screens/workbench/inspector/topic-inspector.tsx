import { Tabs } from '@mantine/core'
import { formatBytes, formatCount, formatMomentMs, noValue } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { keyOf, useView } from '../commands.ts'
import type { TopicItem } from '../selection.ts'
import type { SourceSession } from '../source-pane/source-session.ts'
import { TracePanel } from '../trace/trace-panel.tsx'
import { InspectorHead } from './inspector-head.tsx'
import { useValue, ValueText } from './live-value.tsx'
import { Trend } from './trend.tsx'

const text = workbenchText.inspector
const everyMs = 1000
const tabs = ['value', 'trend', 'trace'] as const

/** All about one topic, or one field of what it carries. */
export function TopicInspector({ session, item }: { readonly session: SourceSession; readonly item: TopicItem }) {
  const wanted = useView((v) => v.inspectorTab)
  const tab = tabs.find((name) => name === wanted) ?? 'value'
  const key = keyOf(item)
  const title = item.field === '$' ? (item.topic.split('/').at(-1) ?? item.topic) : item.field
  return (
    <div className="looking">
      <InspectorHead
        item={item}
        title={title}
        kind=""
        address={item.topic}
        path={item.field === '$' ? text.wholePayload : item.field}
        hasValue
        reread={undefined}
      />
      <Tabs
        value={tab}
        onChange={(value) => value && useView.setState({ inspectorTab: value })}
        keepMounted={false}
        classNames={{ root: 'inspector-tabs', panel: 'inspector-panel' }}
      >
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {tab === 'trace' ? (
            <TracePanel />
          ) : tab === 'trend' ? (
            <Trend key={key} session={session} valueKey={key} name={title} target={undefined} />
          ) : (
            <TopicValue session={session} item={item} />
          )}
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}

function TopicValue({ session, item }: { readonly session: SourceSession; readonly item: TopicItem }) {
  useValue(session, keyOf(item))
  const query = useLiveQuery('explore.values', { connectorId: item.connectorId, topics: [item.topic] }, everyMs)
  const message = query.value?.values[0]
  return (
    <div className="node-value">
      {item.field === '$' ? null : (
        <p className="value-now">
          <ValueText session={session} valueKey={keyOf(item)} className="value-large mono" />
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{text.facts.received}</dt>
          <dd>{message ? formatMomentMs(message.ts) : noValue}</dd>
        </div>
        <div>
          <dt>{text.facts.messages}</dt>
          <dd>{message ? formatCount(message.messages) : noValue}</dd>
        </div>
        <div>
          <dt>{text.facts.size}</dt>
          <dd>{message ? formatBytes(message.bytes) : noValue}</dd>
        </div>
        <div>
          <dt>{text.facts.retained}</dt>
          <dd>{message?.retained ? text.yes : text.no}</dd>
        </div>
      </dl>
      {message ? (
        <>
          <h3>{text.payload}</h3>
          <pre className="payload-text mono">{pretty(message.text)}</pre>
        </>
      ) : null}
    </div>
  )
}

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}
