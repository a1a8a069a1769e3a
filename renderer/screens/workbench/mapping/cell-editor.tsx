import { type KeyboardEvent, useRef, useState } from 'react'
import type { CellEdit } from './key-columns.ts'

/** How an edit ends: Tab goes on to the next cell, Enter stays. */
export type EditEnd = 'stay' | 'next' | 'before'

interface Props {
  readonly label: string
  readonly edit: CellEdit
  readonly value: string
  /** What is wrong with a text; empty = nothing. */
  readonly problemOf: (value: string) => string
  readonly onDone: (value: string, end: EditEnd) => void
  readonly onCancel: () => void
}

/** One field in place of a cell. Leaving it keeps what was typed, Esc gives it up. */
export function CellEditor({ label, edit, value, problemOf, onDone, onCancel }: Props) {
  const [typed, setTyped] = useState(value)
  // The edit ends once: the focus that leaves the field afterwards ends nothing.
  const isOver = useRef(false)
  const problem = problemOf(typed)
  const finish = (end: EditEnd, next = typed): void => {
    if (isOver.current) return
    if (problemOf(next) !== '') return
    isOver.current = true
    onDone(next, end)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation()
    if (event.key === 'Escape') {
      event.preventDefault()
      isOver.current = true
      onCancel()
    } else if (event.key === 'Enter') {
      event.preventDefault()
      finish('stay')
    } else if (event.key === 'Tab') {
      event.preventDefault()
      finish(event.shiftKey ? 'before' : 'next')
    }
  }
  const leave = (): void => {
    if (isOver.current) return
    if (problem === '') finish('stay')
    else onCancel()
  }
  if (edit.kind === 'choice')
    return (
      <select
        className="cell-edit"
        aria-label={label}
        // biome-ignore lint/a11y/noAutofocus: the field replaces the cell that has the focus.
        autoFocus
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
        }}
        onKeyDown={onKeyDown}
        onBlur={leave}
        onClick={(event) => event.stopPropagation()}
      >
        {edit.choices.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    )
  return (
    <>
      <input
        className="cell-edit"
        aria-label={label}
        aria-invalid={problem !== ''}
        aria-errormessage={problem === '' ? undefined : 'cell-problem'}
        // biome-ignore lint/a11y/noAutofocus: the field replaces the cell that has the focus.
        autoFocus
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={leave}
        onClick={(event) => event.stopPropagation()}
      />
      {problem === '' ? null : (
        <span id="cell-problem" className="cell-problem" role="alert">
          {problem}
        </span>
      )}
    </>
  )
}
