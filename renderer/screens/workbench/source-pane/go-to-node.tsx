import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { request } from '../../../api/client.ts'
import { errorWhat } from '../../../i18n/en-codes.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { isNodeAddress } from '../../nodes/node-address.ts'
import { useWorkbench } from '../selection.ts'
import type { SourceSession } from './source-session.ts'

const text = workbenchText.tools

/** Goes to a typed NodeId or browse path: what the tree does not know yet, the server is asked for. */
export function GoToNode(props: {
  readonly session: SourceSession
  readonly onReveal: (row: number) => void
  readonly onClose: () => void
}) {
  const { session, onReveal, onClose } = props
  const [typed, setTyped] = useState('')
  const [isGoing, setGoing] = useState(false)
  const [problem, setProblem] = useState('')

  const go = async (): Promise<void> => {
    const address = typed.trim()
    if (!isNodeAddress(address)) return setProblem(text.notSearchable)
    setProblem('')
    setGoing(true)
    const outcome = await findNode(session, address)
    setGoing(false)
    if (typeof outcome === 'string') return setProblem(outcome)
    onReveal(outcome)
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

/** Row, or why there is none. The inspector shows also what no branch of the tree leads to. */
export async function findNode(session: SourceSession, address: string): Promise<number | string> {
  const { tree, id } = session
  const known = tree.model.rowOf(address)
  if (known >= 0) return known
  const result = await request('opcua.node', { target: { connectorId: id }, nodeId: address })
  if (!result.ok) return errorWhat(result.error) || text.notFound(address)
  const { nodeId, path, attributes } = result.value
  const row = tree.model.rowOf(nodeId)
  if (row >= 0) return row
  const revealed = path === '' ? -1 : await tree.reveal(path)
  if (revealed >= 0) return revealed
  const attribute = (name: string): string => attributes.find((a) => a.name === name)?.value ?? ''
  useWorkbench.setState({
    focused: {
      kind: 'node',
      connectorId: id,
      nodeId,
      name: attribute('DisplayName') || nodeId,
      path,
      nodeClass: 0,
      typeName: '',
    },
  })
  return text.notInTree
}
