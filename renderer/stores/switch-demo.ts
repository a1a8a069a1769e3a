import type { ErrorReport } from '../../shared/errors.ts'
import { request } from '../api/client.ts'

/** Undefined when the page is on its way to (or back from) the demo: everything it knows is about another gateway then. */
export async function switchDemo(action: 'start' | 'stop'): Promise<ErrorReport | undefined> {
  const result = await request('app.demo', { action })
  if (!result.ok) return result.error
  history.replaceState(undefined, '', '#/overview')
  location.reload()
  return undefined
}
