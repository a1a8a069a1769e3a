import type { SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import type { Store } from '../../../main/engine/pipeline/stages.ts'
import type { ProcessClock } from './sim-time.ts'

/** The store of a world: simulated, or the real one. */
export interface WorldStore {
  /** What one process opens. */
  open(clock: ProcessClock, registry: SeriesRegistry): Store | Promise<Store>
  /** The process is dead; what it had not committed is gone. */
  crashed(): Promise<void> | void
  /** Nothing goes on outside of simulated time. */
  idle(): Promise<void>
  /** Conditions as planned, or all well for the end. */
  weather(calm: boolean): void
  /** Tells the oracle what the store did by itself, once nothing is stored any more. */
  reconcile?(): void
  close(): Promise<void>
}
