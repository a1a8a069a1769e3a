import type { Gap, GapSink } from '../pipeline/stages.ts'
import type { IssueSink } from './issues.ts'
import type { Log } from './log.ts'

/** Gaps as log lines and issues. */
export class GapLog implements GapSink {
  readonly #issues: IssueSink
  readonly #log: Log

  constructor(issues: IssueSink, log: Log) {
    this.#issues = issues
    this.#log = log
  }

  declare(gap: Gap): void {
    const { connectorId, connectorName, fromMs, toMs, nodeCount, nodes, cause, hint } = gap
    const span = `${fromMs > 0 ? timeText(fromMs) : 'an unknown time'} to ${timeText(toMs)}`
    this.#log.warn('gap', { connector: connectorId, from: fromMs, to: toMs, nodes: nodeCount, cause })
    const list = nodes.join(', ') + (nodeCount > nodes.length ? ` and ${nodeCount - nodes.length} more` : '')
    this.#issues.raise({
      code: 'OPCUA_OVERFLOW',
      severity: 'warning',
      subject: connectorId,
      subjectName: connectorName,
      // One per cause and start: the same gap found again counts up, another one stands beside it.
      key: `gap ${cause} ${fromMs}`,
      message: `Values of ${nodeCount} ${nodeCount === 1 ? 'node' : 'nodes'} from ${span} are missing: ${cause}`,
      hint,
      evidence: list,
    })
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
