/**
 * Places where a crash test wants the process dead: TB_GW_FAILPOINT=name:hits ends it like a power cut (SIGKILL) at the
 * hits-th time the named place is passed. Without the variable a call costs one comparison.
 */
const [wanted, hits] = (process.env['TB_GW_FAILPOINT'] ?? '').split(':')
let left = wanted ? Math.max(1, Number(hits) || 1) : 0

export type FailpointName =
  /** The samples are in the store, nobody upstream knows. */
  | 'committed'
  /** ThingsBoard has acknowledged every message of a batch, the store does not know. */
  | 'acknowledged'
  /** The store is to create the next file and nothing points to it yet. */
  | 'rotating'
  /** The new configuration is on disk under its temporary name. */
  | 'config-written'
  /** The new configuration has its name, the folder is not synced. */
  | 'config-renamed'

export function failpoint(name: FailpointName): void {
  if (left === 0 || name !== wanted) return
  if (--left === 0) process.kill(process.pid, 'SIGKILL')
}
