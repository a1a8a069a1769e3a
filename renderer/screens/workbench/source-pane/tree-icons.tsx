import { IconBraces, IconFolder, IconMessage } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { nodeClassName } from '../../nodes/node-address.ts'
import { ClassIcon } from '../../nodes/node-marks.tsx'
import { classOf } from './tree-model.ts'
import type { Mark } from './tree-selection.ts'

// Drawings of a row, each made once: a row that is drawn anew while somebody scrolls then costs its texts only.

const box = (on: boolean, sign: ReactNode): ReactNode => (
  <svg className="wtree-check" data-part="check" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
    <rect
      x="0.75"
      y="0.75"
      width="12.5"
      height="12.5"
      rx="2"
      fill={on ? 'var(--accent)' : 'transparent'}
      stroke={on ? 'var(--accent)' : 'var(--text-3)'}
    />
    {sign}
  </svg>
)

/** A drawn check box with its third state; the row itself carries the state for readers. */
export const checkBoxes: Readonly<Record<Mark, ReactNode>> = {
  on: box(true, <path d="M3.5 7.2 6 9.6l4.6-5" fill="none" stroke="var(--surface)" strokeWidth="1.8" />),
  mixed: box(true, <path d="M3.5 7h7" stroke="var(--surface)" strokeWidth="1.8" />),
  off: box(false, null),
}

const twisty = (path: string | undefined): ReactNode => (
  <svg className="wtree-twisty" data-part="twisty" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
    {path ? <path d={path} fill="currentColor" /> : null}
  </svg>
)

export const twisties = {
  open: twisty('M3 5h8L7 10z'),
  closed: twisty('M5 3v8l5-4z'),
  none: twisty(undefined),
} as const

const icons = new Map<number | 'folder', ReactNode>()

/** What kind of node or topic a row is. */
export function iconOf(nodeClass: number, typeName: string): ReactNode {
  const kind = nodeClass === classOf.object && /folder/i.test(typeName) ? 'folder' : nodeClass
  const known = icons.get(kind)
  if (known) return known
  const made =
    nodeClass >= classOf.level ? (
      topicIcon(nodeClass)
    ) : (
      <ClassIcon nodeClass={nodeClassName(nodeClass)} typeName={typeName} />
    )
  icons.set(kind, made)
  return made
}

function topicIcon(nodeClass: number): ReactNode {
  const props = { size: 15, stroke: 1.6, className: 'tree-icon', 'aria-hidden': true } as const
  if (nodeClass === classOf.topic) return <IconMessage {...props} />
  return nodeClass === classOf.field ? <IconBraces {...props} /> : <IconFolder {...props} />
}
