import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { NodeDetails, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { Note } from '../../components/note.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import { setUnlocked, useControlLock } from '../../stores/control-lock.ts'
import { NodeCall } from './node-call.tsx'
import { NodeWrite } from './node-write.tsx'

const text = nodesText.control

export interface ControlProps {
  readonly target: OpcuaTarget
  readonly details: NodeDetails
  /** Names the node in the configuration as writable or callable. */
  readonly onAllow: () => void
  readonly reread: () => void
}

/** Three gates before a machine moves: the configuration names the node, the window is unlocked, the value is confirmed. */
export function NodeControl(props: ControlProps) {
  const { details } = props
  const unlocked = useControlLock((lock) => lock.unlocked)
  if (!details.access.allowed) {
    return (
      <div className="node-control">
        <Note
          tone="off"
          action={
            <Button variant="default" onClick={props.onAllow}>
              {details.method ? text.allow.call : text.allow.write}
            </Button>
          }
        >
          <div>{details.access.detail}</div>
          <div className="muted">{text.allowHint}</div>
        </Note>
      </div>
    )
  }
  if (!unlocked) {
    return (
      <Box
        note={
          <Note
            tone="warn"
            action={
              <Button color="red.8" onClick={() => setUnlocked(true)}>
                {text.unlock}
              </Button>
            }
          >
            <strong>{text.unlockTitle}</strong>
            <div>{text.unlockBody}</div>
          </Note>
        }
      />
    )
  }
  return (
    <div className="node-control">
      <div className="row-gap">
        <span className="tone-warn">{text.unlocked}</span>
        <span className="muted">{details.access.detail}</span>
        <span className="spacer" />
        <Button size="compact-sm" variant="default" onClick={() => setUnlocked(false)}>
          {text.lock}
        </Button>
      </div>
      {details.method ? <NodeCall key={details.nodeId} {...props} /> : <NodeWrite key={details.nodeId} {...props} />}
    </div>
  )
}

function Box({ note }: { readonly note: ReactNode }) {
  return <div className="node-control">{note}</div>
}
