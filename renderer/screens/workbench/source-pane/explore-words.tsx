import type { ExploreState } from '../../../../shared/api/explore-requests.ts'
import { StateMark } from '../../../components/state-mark.tsx'
import { formatAge, formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useNow } from '../../../stores/use-now.ts'

const text = workbenchText.explore
const tones = { idle: 'off', connecting: 'busy', listening: 'busy', ended: 'ok', failed: 'bad' } as const

/** How far listening to a broker is. */
export function ExploreWords({ status }: { readonly status: ExploreState }) {
  const now = useNow()
  const { state, topics, messages, endsAt } = status
  const when =
    state === 'listening'
      ? text.left(Math.max(0, Math.ceil((endsAt - now) / 1000)))
      : state === 'ended'
        ? text.ago(formatAge(endsAt, now))
        : ''
  return (
    <span className="explore-words">
      <StateMark tone={tones[state]}>{`${text.states[state]} ${when}`}</StateMark>
      {state === 'connecting' ? null : (
        <span className="muted">{text.found(formatCount(topics), formatCount(messages))}</span>
      )}
    </span>
  )
}
