import type { RequestOutput } from '../../../shared/api/contract.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { ledgerText as text } from '../../i18n/en-ledger.ts'
import { hrefOf } from '../../stores/route.ts'
import { causeWords, ledgerTotalWords } from './words.ts'

export type LedgerTotals = RequestOutput<'ledger.page'>['totals']

/** The whole ledger added up; choosing a cause filters the list. */
export function LedgerCauses({ totals, asked }: { readonly totals: LedgerTotals; readonly asked: string }) {
  const sorted = [...totals].sort((a, b) => b.count - a.count)
  return (
    <section className="ledger-causes" aria-label={text.totals}>
      <h2>{text.totals}</h2>
      <ul className="cause-list">
        <li>
          <a href={hrefOf('delivery', 'ledger')} aria-current={asked === '' ? 'true' : undefined}>
            {text.all}
          </a>
        </li>
        {sorted.map(({ kind, reason, said, ...total }) => (
          <li key={`${kind} ${reason}`}>
            <a href={hrefOf('delivery', 'ledger', reason)} aria-current={asked === reason ? 'true' : undefined}>
              {causeWords(reason, said)}
            </a>
            <span className="muted">{deliveryText.kinds[kind] ?? kind}</span>
            <span className="num">{ledgerTotalWords(total)}</span>
          </li>
        ))}
      </ul>
      <p className="muted">{text.body}</p>
    </section>
  )
}
