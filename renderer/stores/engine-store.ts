import { create } from 'zustand'
import type { EventPayload } from '../../shared/api/contract.ts'

type Engine = EventPayload<'engine.state'>

/** What the host says about the engine's thread; `running` until it says otherwise. */
export const useEngine = create<Engine>(() => ({ state: 'running', detail: '' }))

export function setEngine(engine: Engine): void {
  useEngine.setState(engine)
}
