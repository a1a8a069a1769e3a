import { UnstyledButton } from '@mantine/core'
import type { NodeDetails } from '../../../shared/api/opcua-requests.ts'
import { nodesText } from '../../i18n/en-nodes.ts'

const text = nodesText.details.paths

/** All paths of a node that is below several parents, to choose from. */
export function OtherPaths({
  details: { path, otherPaths, pathsCut },
  onReveal,
}: {
  readonly details: NodeDetails
  readonly onReveal: (path: string) => void
}) {
  if (otherPaths.length === 0 && !pathsCut) return null
  return (
    <details className="node-paths">
      <summary className="muted">{text.more(otherPaths.length, pathsCut)}</summary>
      <ul>
        {[path, ...otherPaths].map((each) => (
          <li key={each}>
            <UnstyledButton className="ellipsis" title={text.show(each)} onClick={() => onReveal(each)}>
              {each}
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {pathsCut ? <p className="muted">{text.cut}</p> : null}
    </details>
  )
}
