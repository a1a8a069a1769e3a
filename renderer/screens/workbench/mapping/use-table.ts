import { useCallback, useState } from 'react'
import { type Cursor, noSelection, type Selection } from './table-state.ts'

interface TableState {
  readonly cursor: Cursor
  readonly selection: Selection
  readonly isEditing: boolean
}

export interface TableHold {
  readonly state: TableState
  readonly set: (patch: Partial<TableState>) => void
}

export function useTable(): TableHold {
  const [state, setState] = useState<TableState>({
    cursor: { row: 0, column: 0 },
    selection: noSelection,
    isEditing: false,
  })
  const set = useCallback((patch: Partial<TableState>) => setState((before) => ({ ...before, ...patch })), [])
  return { state, set }
}
