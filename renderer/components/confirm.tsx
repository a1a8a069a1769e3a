import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { frameText } from '../i18n/en-frame.ts'

export function Confirm({
  opened,
  title,
  children,
  action,
  onConfirm,
  onCancel,
}: {
  readonly opened: boolean
  readonly title: string
  readonly children: ReactNode
  readonly action: string
  readonly onConfirm: () => void
  readonly onCancel: () => void
}) {
  return (
    <Modal
      opened={opened}
      onClose={onCancel}
      title={title}
      closeButtonProps={{ 'aria-label': frameText.close }}
      size="md"
    >
      <div>{children}</div>
      <div className="dialog-actions">
        <Button variant="default" onClick={onCancel} data-autofocus>
          {frameText.cancel}
        </Button>
        <Button color="red.8" onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Modal>
  )
}
