import { type Balance, isBalanced } from '../../../shared/status.ts'
import { StateMark } from '../../components/state-mark.tsx'
import { formatCount } from '../../format.ts'
import { overviewText } from '../../i18n/en-overview.ts'
import { nextWord } from '../../i18n/punctuation.ts'
import { hrefOf } from '../../stores/route.ts'
import { causeWords, lostValues, replacedValues } from '../delivery/words.ts'

const text = overviewText.balance
const right = ['delivered', 'pending', 'inFlight', 'quarantined', 'dropped'] as const

/** Where the values are that never reach ThingsBoard by themselves. */
const lists: Partial<Record<keyof typeof text.terms, string>> = {
  quarantined: hrefOf('delivery', 'quarantine'),
  dropped: hrefOf('delivery', 'ledger'),
}

const replacedHref = hrefOf('delivery', 'ledger', 'superseded')

/**
 * D4, always on screen: accepted = delivered + waiting + in flight + quarantined + dropped. State that a newer value replaced before it
 * was sent is dropped by D4 and nothing to worry about: it stands by itself.
 */
export function BalanceLine({ balance }: { readonly balance: Balance }) {
  const balanced = isBalanced(balance)
  const replaced = replacedValues(balance)
  const missing = balance.accepted - right.reduce((total, name) => total + balance[name], 0)
  return (
    <section className={`balance${balanced ? '' : ' balance-broken'}`} aria-label={text.label}>
      <Term value={balance.accepted} words={text.terms.accepted} />
      {right.map((name, index) => (
        <span key={name} className="balance-step">
          <span className="balance-sign">{index > 0 ? '+' : balanced ? '=' : '≠'}</span>
          <Term
            value={name === 'dropped' ? balance.dropped - replaced : balance[name]}
            words={text.terms[name]}
            href={lists[name]}
            alarming={name === 'quarantined' ? balance.quarantined > 0 : name === 'dropped' && lostValues(balance) > 0}
            {...(name === 'dropped' && balance.dropped > replaced ? { title: text.why(reasons(balance)) } : {})}
          />
        </span>
      ))}
      {replaced > 0 ? (
        <span className="balance-step">
          <span className="balance-sign">+</span>
          <Term value={replaced} words={text.replaced} href={replacedHref} title={text.replacedWhy} />
        </span>
      ) : null}
      <span className="spacer" />
      {balanced ? (
        <StateMark tone="ok">{text.balanced}</StateMark>
      ) : (
        <span role="alert">
          <StateMark tone="bad">
            <strong>{text.broken(formatCount(missing))}</strong>
          </StateMark>
          <span className="balance-hint">{text.brokenHint}</span>
        </span>
      )}
    </section>
  )
}

function Term(props: {
  readonly value: number
  readonly words: string
  readonly alarming?: boolean
  readonly href?: string | undefined
  readonly title?: string
}) {
  return (
    <span className="balance-term" title={props.title}>
      <strong className={props.alarming ? 'tone-warn' : undefined}>{formatCount(props.value)}</strong>{' '}
      {props.href && props.value > 0 ? <a href={props.href}>{props.words}</a> : props.words}
    </span>
  )
}

function reasons(balance: Balance): string {
  return Object.entries(balance.droppedByReason)
    .filter(([reason]) => reason !== 'superseded')
    .map(([reason, count]) => `${causeWords(reason)} ${formatCount(count)}`)
    .join(nextWord)
}
