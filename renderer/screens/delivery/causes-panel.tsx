import { ErrorNote } from '../../components/note.tsx'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { hrefOf } from '../../stores/route.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { causeWords, ledgerTotalWords } from './words.ts'

const text = deliveryText.causes
const everyMs = 3000

/** The ledger added up: what stands behind "in quarantine" and "given up". */
export function CausesPanel() {
  const query = useLiveQuery('ledger.page', { offset: 0, limit: 1, filter: '' }, everyMs)
  const totals = [...(query.value?.totals ?? [])].sort((a, b) => b.count - a.count)
  return (
    <section className="block" aria-label={text.title}>
      <header className="block-head">
        <h2>{text.title}</h2>
      </header>
      {query.error ? <ErrorNote error={query.error} /> : null}
      {query.at > 0 && totals.length === 0 ? <p className="muted">{text.none}</p> : null}
      <ul className="cause-list">
        {totals.map(({ kind, reason, said, ...total }) => (
          <li key={`${kind} ${reason}`}>
            <a href={hrefOf('delivery', 'ledger', reason)} aria-label={text.open(causeWords(reason, said))}>
              {causeWords(reason, said)}
            </a>
            <span className="muted">{deliveryText.kinds[kind] ?? kind}</span>
            <span className="num">{ledgerTotalWords(total)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
