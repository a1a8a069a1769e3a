import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import { draftText as text } from '../i18n/en-draft.ts'
import { keyNames } from '../i18n/key-names.ts'
import { useDraft } from '../stores/draft-store.ts'
import { openOverlay } from '../stores/overlays.ts'
import { redoAndTell, undoAndTell } from '../stores/tell.ts'

/** On every screen: how far the draft is from what runs, and the way back and forward. */
export function PendingBar() {
  const state = useDraft((d) => d.state)
  if (!state) return null
  const { changes, undo, redo } = state
  return (
    <section className="pending" aria-label={text.pending}>
      <Step
        label={undo === null ? text.nothingToUndo : text.undoNamed(undo)}
        keys={keyNames('Ctrl+Z')}
        disabled={undo === null}
        onPress={() => void undoAndTell()}
      >
        <IconArrowBackUp size={18} stroke={1.6} />
      </Step>
      <Step
        label={redo === null ? text.nothingToRedo : text.redoNamed(redo)}
        keys={keyNames('Ctrl+Shift+Z')}
        disabled={redo === null}
        onPress={() => void redoAndTell()}
      >
        <IconArrowForwardUp size={18} stroke={1.6} />
      </Step>
      <span className={changes > 0 ? 'pending-count' : 'pending-count muted'} role="status">
        {changes > 0 ? text.count(changes) : text.none}
      </span>
      {changes > 0 ? (
        <Tooltip label={keyNames('Ctrl+Enter')}>
          <Button size="compact-md" aria-keyshortcuts="Control+Enter" onClick={() => openOverlay('review')}>
            {text.review}
          </Button>
        </Tooltip>
      ) : null}
    </section>
  )
}

function Step(props: {
  readonly label: string
  readonly keys: string
  readonly disabled: boolean
  readonly onPress: () => void
  readonly children: React.ReactNode
}) {
  return (
    <Tooltip label={`${props.label}  ${props.keys}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={28}
        aria-label={props.label}
        aria-disabled={props.disabled}
        className={props.disabled ? 'step-off' : ''}
        onClick={() => {
          if (!props.disabled) props.onPress()
        }}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  )
}
