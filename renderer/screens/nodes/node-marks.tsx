import { IconCube, IconFolder, IconFunction, IconVariable } from '@tabler/icons-react'

export function ClassIcon({ nodeClass, typeName }: { readonly nodeClass: string; readonly typeName: string }) {
  const props = { size: 15, stroke: 1.6, className: 'tree-icon', 'aria-hidden': true } as const
  if (nodeClass === 'Variable') return <IconVariable {...props} />
  if (nodeClass === 'Method') return <IconFunction {...props} />
  return /folder/i.test(typeName) ? <IconFolder {...props} /> : <IconCube {...props} />
}
