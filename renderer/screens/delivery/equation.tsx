import { type GatewayStatus, isBalanced } from '../../../shared/status.ts'
import { StateMark } from '../../components/state-mark.tsx'
import { formatCount } from '../../format.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { hrefOf } from '../../stores/route.ts'
import { lostValues, replacedValues } from './words.ts'

const text = deliveryText.equation

interface Term {
  readonly name: keyof typeof text.terms
  readonly behind: string
  readonly href: string
  readonly tone?: 'warn' | 'bad' | undefined
}

/** D4 with what stands behind each term: every number leads to its list. */
export function Equation({ status }: { readonly status: GatewayStatus }) {
  const { balance } = status
  const balanced = isBalanced(balance)
  const terms = termsOf(status)
  const unexplained = terms.reduce((left, { name }) => left - balance[name], 2 * balance.accepted)
  return (
    <section className={`panel equation${balanced ? '' : ' balance-broken'}`} aria-label={text.label}>
      {terms.map((term, index) => (
        <div key={term.name} className="equation-step">
          {index > 0 ? <span className="equation-sign">{index > 1 ? '+' : balanced ? '=' : '≠'}</span> : null}
          <a className="equation-term" href={term.href}>
            <span>
              <strong className={term.tone ? `tone-${term.tone}` : undefined}>{formatCount(balance[term.name])}</strong>{' '}
              {text.terms[term.name]}
            </span>
            <span className="equation-behind">{term.behind}</span>
          </a>
        </div>
      ))}
      {balanced ? (
        <StateMark tone="ok">{text.balanced}</StateMark>
      ) : (
        <div className="equation-broken" role="alert">
          <StateMark tone="bad">
            <strong>{text.broken(formatCount(unexplained))}</strong>
          </StateMark>
          <div>{text.brokenHint}</div>
        </div>
      )}
    </section>
  )
}

function termsOf({ balance, store }: GatewayStatus): readonly Term[] {
  const { live, backlog, attributes } = store.lanes
  const lost = lostValues(balance)
  const replaced = replacedValues(balance)
  const queue = hrefOf('delivery')
  return [
    { name: 'accepted', behind: text.accepted, href: hrefOf('sources') },
    { name: 'delivered', behind: text.delivered, href: hrefOf('thingsboard') },
    {
      name: 'pending',
      behind: text.pending(formatCount(live.pending + attributes.pending), formatCount(backlog.pending)),
      href: queue,
    },
    { name: 'inFlight', behind: text.inFlight, href: queue },
    {
      name: 'quarantined',
      behind: balance.quarantined > 0 ? text.quarantined.some : text.quarantined.none,
      href: hrefOf('delivery', 'quarantine'),
      tone: balance.quarantined > 0 ? 'warn' : undefined,
    },
    {
      name: 'dropped',
      behind:
        lost > 0
          ? text.dropped.lost(formatCount(lost))
          : replaced > 0 && replaced === balance.dropped
            ? text.dropped.replaced
            : balance.dropped > 0
              ? text.dropped.benign
              : text.dropped.none,
      href: hrefOf('delivery', 'ledger'),
      tone: lost > 0 ? 'bad' : undefined,
    },
  ]
}
