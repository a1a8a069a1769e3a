import { IconBraces, IconFolder, IconMessage } from '@tabler/icons-react'
import { classOf } from './tree-model.ts'
import type { Mark } from './tree-selection.ts'

/** A drawn check box with its third state; the row itself carries the state for readers. */
export function TriState({ mark }: { readonly mark: Mark }) {
  const on = mark !== 'off'
  return (
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
      {mark === 'on' ? <path d="M3.5 7.2 6 9.6l4.6-5" fill="none" stroke="var(--surface)" strokeWidth="1.8" /> : null}
      {mark === 'mixed' ? <path d="M3.5 7h7" stroke="var(--surface)" strokeWidth="1.8" /> : null}
    </svg>
  )
}

export function TopicIcon({ nodeClass }: { readonly nodeClass: number }) {
  const props = { size: 15, stroke: 1.6, className: 'tree-icon', 'aria-hidden': true } as const
  if (nodeClass === classOf.topic) return <IconMessage {...props} />
  return nodeClass === classOf.field ? <IconBraces {...props} /> : <IconFolder {...props} />
}
