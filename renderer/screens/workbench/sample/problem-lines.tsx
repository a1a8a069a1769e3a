import type { MappingProblem } from '../../../../shared/api/mapping-requests.ts'
import { Evidence } from '../../../components/evidence.tsx'
import { Note } from '../../../components/note.tsx'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { sayField } from '../../../i18n/say.ts'

const text = mappingText.sample
const shown = 5
/** Characters shown on each side of a mistake. */
const around = 24

/** What is wrong with a sample, with the place in it. */
export function ProblemLines({
  problems,
  sample,
}: {
  readonly problems: readonly MappingProblem[]
  readonly sample: string
}) {
  if (problems.length === 0) return null
  return (
    <div className="rule-preview-note">
      <Note tone="bad" role="alert">
        {problems.slice(0, shown).map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity but their order.
          <div key={index}>
            <strong>{sayField(problem, 'message')}</strong>
            {problem.hint ? <div>{sayField(problem, 'hint')}</div> : null}
            <Evidence of={problem} field="message" />
            {problem.at === undefined ? null : <Place at={problem.at} sample={sample} />}
          </div>
        ))}
      </Note>
    </div>
  )
}

function Place({ at, sample }: { readonly at: number; readonly sample: string }) {
  const before = sample.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const start = Math.max(0, at - around)
  return (
    <div className="sample-place">
      {text.errorAt(line, column)}
      <code className="mono">
        {start > 0 ? '…' : ''}
        {sample.slice(start, at)}
        <mark>{sample.slice(at, at + 1) || '⏎'}</mark>
        {sample.slice(at + 1, at + around)}
      </code>
    </div>
  )
}
