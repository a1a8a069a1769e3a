import { systemClock } from '../../main/engine/kit/clock.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { Metrics } from '../../main/engine/observe/metrics.ts'
import type { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import { SqliteStore } from '../../main/engine/store/store.ts'
import { storageSchema } from '../../shared/config/storage.ts'

/** The engine's own store, with default settings, outside of an engine. A fault ends the process. */
export function openStore(folder: string, registry: SeriesRegistry): SqliteStore {
  return new SqliteStore({
    folder,
    registry,
    config: storageSchema.parse({}),
    clock: systemClock,
    issues: new IssueBook(systemClock),
    log: new LogBook(() => systemClock.now(), 'warn').logger('store'),
    metrics: new Metrics(),
    onFault: (error) => {
      process.stderr.write(`${error.message}\n`)
      process.exit(70)
    },
  })
}
