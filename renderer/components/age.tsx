import { formatAge } from '../format.ts'
import { useNow } from '../stores/use-now.ts'

/** "2 s ago" or "never". */
export function Ago({ at }: { readonly at: number | undefined }) {
  const now = useNow()
  return <>{at ? `${formatAge(at, now)} ago` : 'never'}</>
}
