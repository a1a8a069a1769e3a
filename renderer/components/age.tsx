import { formatAge } from '../format.ts'
import { overviewText } from '../i18n/en-overview.ts'
import { unitsText } from '../i18n/en-units.ts'
import { useNow } from '../stores/use-now.ts'

/** "2 s ago" or "never". */
export function Ago({ at }: { readonly at: number | undefined }) {
  const now = useNow()
  return <>{at ? overviewText.device.ago(formatAge(at, now)) : unitsText.never}</>
}
