import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { TopicSuggestion } from '../../../shared/api/setup-requests.ts'
import type { MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import { Note } from '../../components/note.tsx'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { takes } from '../workbench/mapping/topic-plan.ts'
import { PayloadText } from '../workbench/payload/payload-text.tsx'

const text = welcomeText.data
/** Of a suggestion that names its topics one by one. */
const rulesShown = 5

type Messages = RequestOutput<'setup.listen'>['messages']

/** The exact messages ThingsBoard will get of the newest ones that were heard. */
export function TopicPreview(props: {
  readonly connectorId: string
  readonly suggestion: TopicSuggestion | undefined
  readonly messages: Messages
}) {
  const { connectorId, suggestion, messages } = props
  return (
    <section className="panel setup-preview" aria-label={text.preview}>
      <header className="panel-head">
        <h2>{text.preview}</h2>
      </header>
      {suggestion ? (
        <div className="setup-payloads" key={suggestion.id}>
          {suggestion.rules.slice(0, rulesShown).map((rule) => (
            <RulePreview
              key={rule.filter}
              connectorId={connectorId}
              rule={rule}
              messages={messages.filter(({ topic }) => takes(rule.filter, topic))}
            />
          ))}
        </div>
      ) : (
        <p className="muted setup-wait">{text.previewNone}</p>
      )}
    </section>
  )
}

function RulePreview(props: {
  readonly connectorId: string
  readonly rule: MqttTopicConfig
  readonly messages: Messages
}) {
  const { connectorId, rule, messages } = props
  const query = useLiveQuery('preview.topic', { connectorId, topic: rule, samples: messages }, 0)
  const preview = query.value
  if (!preview) return <p className="muted">{text.previewWait}</p>
  const [problem] = preview.problems
  return (
    <>
      {preview.messages.map((message) => (
        <PayloadText key={`${message.topic} ${message.text}`} message={message} />
      ))}
      {problem ? (
        <Note tone="warn">
          {problem.message} {problem.hint}
        </Note>
      ) : null}
    </>
  )
}
