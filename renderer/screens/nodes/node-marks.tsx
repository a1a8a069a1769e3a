import { IconCube, IconFolder, IconFunction, IconVariable } from '@tabler/icons-react'

/** A drawn check box: rows are selected by the row itself. */
export function CheckMark({ on }: { readonly on: boolean }) {
  return (
    <svg className="tree-check" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <rect
        x="0.75"
        y="0.75"
        width="12.5"
        height="12.5"
        rx="2"
        fill={on ? 'var(--accent)' : 'none'}
        stroke={on ? 'var(--accent)' : 'var(--text-3)'}
      />
      {on ? <path d="M3.5 7.2 6 9.6l4.6-5" fill="none" stroke="var(--surface)" strokeWidth="1.8" /> : null}
    </svg>
  )
}

export function ClassIcon({ nodeClass, typeName }: { readonly nodeClass: string; readonly typeName: string }) {
  const props = { size: 15, stroke: 1.6, className: 'tree-icon', 'aria-hidden': true } as const
  if (nodeClass === 'Variable') return <IconVariable {...props} />
  if (nodeClass === 'Method') return <IconFunction {...props} />
  return /folder/i.test(typeName) ? <IconFolder {...props} /> : <IconCube {...props} />
}
