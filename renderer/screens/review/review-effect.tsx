import { Button } from '@mantine/core'
import type { ConfigCheck } from '../../../shared/api/draft-requests.ts'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import { Evidence } from '../../components/evidence.tsx'
import { StateMark, type Tone } from '../../components/state-mark.tsx'
import { formatCount } from '../../format.ts'
import { draftText } from '../../i18n/en-draft.ts'
import { sayAll, sayField } from '../../i18n/say.ts'
import { useConfig } from '../../stores/config-store.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { connectorTones } from '../../stores/gateway-tones.ts'
import { useStatus } from '../../stores/status-store.ts'
import type { ReviewAnswer, ReviewState } from './use-review.ts'

const text = draftText.panel

/** What applying does to the running gateway, and what the servers say to it. Both come when they have answered. */
export function ReviewEffect({ review }: { readonly review: ReviewState }) {
  const { answer, isLooking, again } = review
  return (
    <div className="review-side" aria-busy={isLooking}>
      <section aria-label={text.effect}>
        <h3>{text.effect}</h3>
        {answer ? (
          <>
            <Touched answer={answer} />
            <Rate {...answer.perMinute} />
          </>
        ) : null}
      </section>
      <section aria-label={text.checks}>
        <header className="review-checks-head">
          <h3>{text.checks}</h3>
          <Button size="compact-xs" variant="default" disabled={isLooking} onClick={again}>
            {text.again}
          </Button>
        </header>
        <p className="muted" role="status">
          {isLooking ? text.asking : answer?.checks.length === 0 ? text.noChecks : ''}
        </p>
        <ul className="checks">
          {answer?.checks.map((check, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines of one check can say the same; the list is replaced as a whole.
            <Check key={at} check={check} />
          ))}
        </ul>
      </section>
    </div>
  )
}

function Touched({ answer: { touched, restarts } }: { readonly answer: ReviewAnswer }) {
  const connectors = useStatus((s) => s.status?.connectors)
  const running = useConfig((c) => c.config)
  const draft = useDraft((d) => d.config)
  if (restarts) return <p>{text.restarts}</p>
  if (touched.length === 0) return <p>{text.untouched}</p>
  return (
    <>
      <p>{`${text.touched(touched.length)} ${text.others}`}</p>
      <ul className="touched">
        {touched.map((name) => {
          const state = connectors?.find((connector) => connector.name === name)?.state
          return (
            <li key={name}>
              <StateMark tone={state ? connectorTones[state] : 'off'}>{name}</StateMark>{' '}
              <span className="muted">{text.does[doesWhat(name, running, draft)]}</span>
              {state === 'waiting' || state === 'faulted' ? <div className="muted">{text.offline(name)}</div> : null}
            </li>
          )
        })}
      </ul>
    </>
  )
}

function doesWhat(
  name: string,
  running: GatewayConfig | undefined,
  draft: GatewayConfig | undefined,
): keyof typeof text.does {
  const runs = (config: GatewayConfig | undefined): boolean =>
    config?.connectors.some((connector) => connector.name === name && connector.enabled) ?? false
  if (runs(running)) return runs(draft) ? 'restarts' : 'stops'
  return runs(draft) ? 'starts' : 'stays'
}

function Rate({ now, after }: { readonly now: number; readonly after: number }) {
  const difference = Math.round(after - now)
  return (
    <p>
      {text.perMinute(formatCount(now), formatCount(after))}
      {difference === 0 ? null : (
        <strong> {difference > 0 ? text.more(formatCount(difference)) : text.less(formatCount(-difference))}</strong>
      )}
    </p>
  )
}

const tones: Readonly<Record<ConfigCheck['state'], Tone>> = {
  ok: 'ok',
  warning: 'warn',
  problem: 'bad',
  unknown: 'off',
}

function Check({ check }: { readonly check: ConfigCheck }) {
  return (
    <li>
      <StateMark tone={tones[check.state]}>{text.checkNames[check.check]}</StateMark>
      <span className="visually-hidden">{`: ${text.checkStates[check.state]}. `}</span>
      <div className="check-detail">{sayField(check, 'detail')}</div>
      {check.hint ? <div className="muted">{sayField(check, 'hint')}</div> : null}
      <Evidence of={check} />
      {check.about.length > 0 ? (
        <details>
          <summary>{text.about(check.about.length)}</summary>
          <ul className="mono">
            {sayAll(check, 'about').map((entry) => (
              <li key={entry}>{entry}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </li>
  )
}
