import type { IndexStatus } from '../../../shared/api/opcua-requests.ts'
import { formatAge, formatCount } from '../../format.ts'
import { nodesText } from '../../i18n/en-nodes.ts'

const text = nodesText.index

/** Root and its three folders are in every index before the server was asked anything. */
const knownAnyway = 4

/** Whether there is anything to search. */
export function isSearchable(status: IndexStatus | undefined): boolean {
  return status !== undefined && status.nodes > knownAnyway
}

/** How much of a server is known and how old that is, in one line. Pure. */
export function indexWords(status: IndexStatus | undefined, now: number): string {
  if (!status || (!status.isReading && !isSearchable(status))) return text.none
  if (status.isReading && status.takenAt === 0)
    return text.progress(formatCount(status.nodes), formatCount(Math.max(status.about, status.nodes)))
  const words = [(status.isComplete ? text.complete : text.partial)(formatCount(status.nodes))]
  if (status.takenAt > 0) words.push(text.age(formatAge(status.takenAt, now)))
  const { diff } = status
  if (diff && diff.added + diff.gone > 0) words.push(text.changed(formatCount(diff.added), formatCount(diff.gone)))
  return words.join(' · ')
}
