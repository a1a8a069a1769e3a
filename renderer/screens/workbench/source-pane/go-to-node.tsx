import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { isNodeAddress } from '../../nodes/node-address.ts'
import type { NodeItem } from '../selection.ts'
import { findNode } from './find-node.ts'
import type { SourceSession } from './source-session.ts'

const text = workbenchText.tools

/** Goes to a typed NodeId or browse path: what the tree does not know yet, the server is asked for. */
export function GoToNode(props: {
  readonly session: SourceSession
  readonly onReveal: (row: number) => void
  readonly onLook: (item: NodeItem) => void
  readonly onClose: () => void
}) {
  const { session, onReveal, onLook, onClose } = props
  const [typed, setTyped] = useState('')
  const [isGoing, setGoing] = useState(false)
  const [problem, setProblem] = useState('')

  const go = async (): Promise<void> => {
    const address = typed.trim()
    if (!isNodeAddress(address)) return setProblem(text.notSearchable)
    setProblem('')
    setGoing(true)
    const found = await findNode(session, address)
    setGoing(false)
    if (found.at === 'nowhere') return setProblem(found.problem)
    if (found.at === 'server') {
      onLook(found.item)
      return setProblem(text.notInTree)
    }
    onReveal(found.row)
    onClose()
    document.querySelector<HTMLElement>('.wtree')?.focus()
  }

  return (
    <form
      className="go-to"
      onSubmit={(event) => {
        event.preventDefault()
        void go()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <TextInput
        autoFocus
        // Esc leaves the field, not the dialog around it.
        data-mantine-stop-propagation
        aria-label={text.goToLabel}
        placeholder={text.goToLabel}
        value={typed}
        error={problem || undefined}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" size="compact-sm" loading={isGoing}>
        {text.goToButton}
      </Button>
    </form>
  )
}
