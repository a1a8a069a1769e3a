import { ActionIcon } from '@mantine/core'
import type { ReactNode } from 'react'

/** A small button that is a drawing; its name is read and shown on hovering. */
export function IconAction(props: {
  readonly label: string
  readonly icon: ReactNode
  readonly onClick: () => void
  readonly disabled?: boolean
}) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={24}
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled ?? false}
      onClick={props.onClick}
    >
      {props.icon}
    </ActionIcon>
  )
}
