import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { frameText } from '../../i18n/en-frame.ts'
import { IndexBar } from '../nodes/index-bar.tsx'
import { SourceRows } from '../workbench/source-pane/source-rows.tsx'
import type { NodeFinding } from './use-node-finder.ts'

/** Left the server's tree as in the Workbench, right what is done with its nodes. */
export function PickerDialog(props: {
  readonly title: string
  readonly finding: NodeFinding
  /** Beside the buttons: what the button does. */
  readonly status?: string
  /** The button that takes what was picked, where there is one for all of it. */
  readonly action?: ReactNode
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const { session, marks, browsing, index, reading } = props.finding
  return (
    <Modal
      opened
      onClose={props.onClose}
      size="min(1280px, 96vw)"
      title={props.title}
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ body: 'picker', content: 'picker-content' }}
    >
      <div className="panel picker-tree">
        <SourceRows session={session} marks={marks} browsing={browsing} reading={reading} onCommand={undefined} />
        <IndexBar index={index} />
      </div>
      <div className="picker-side">{props.children}</div>
      <div className="picker-actions">
        {props.status === undefined ? null : (
          <span className="muted" role="status">
            {props.status}
          </span>
        )}
        <Button variant="default" onClick={props.onClose}>
          {frameText.cancel}
        </Button>
        {props.action}
      </div>
    </Modal>
  )
}
