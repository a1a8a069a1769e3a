import type { ConfigProblem, ConnectorConfig } from '../../shared/config/gateway.ts'
import { GatewayError } from './kit/gateway-error.ts'
import type { IssueSink } from './observe/issues.ts'

const connectorPath = /^connectors\[(\d+)\]\./
const thingsboard = 'thingsboard'

/**
 * Who has to wait because a secret has no value. A sign-in with an empty password would be refused with the wrong words, and
 * get an address blocked after some tries.
 */
export class MissingSecrets {
  readonly #byPart = new Map<string, ConfigProblem>()

  constructor(connectors: readonly ConnectorConfig[], problems: readonly ConfigProblem[]) {
    for (const problem of problems) {
      const index = connectorPath.exec(problem.path)?.[1]
      const part = index === undefined ? thingsboard : connectors[Number(index)]?.id
      if (part !== undefined) this.#byPart.set(part, problem)
    }
  }

  /** What they are, to compare with a later look. */
  get text(): string {
    return JSON.stringify([...this.#byPart])
  }

  get any(): boolean {
    return this.#byPart.size > 0
  }

  /** Throws CONFIG_SECRET_MISSING when the connector must not start. */
  check(connectorId: string): void {
    const problem = this.#byPart.get(connectorId)
    if (problem) throw secretMissing(problem)
  }

  /** Raises or closes the issue of ThingsBoard; returns why there is no connection, undefined when there may be one. */
  checkThingsboard(issues: IssueSink): string | undefined {
    issues.clear(thingsboard, 'CONFIG_SECRET_MISSING')
    const problem = this.#byPart.get(thingsboard)
    if (!problem) return undefined
    const { code, message, hint } = secretMissing(problem)
    issues.raise({ code, severity: 'error', subject: thingsboard, subjectName: 'ThingsBoard', message, hint })
    return `${message}: data is collected and kept`
  }
}

function secretMissing({ path, message }: ConfigProblem): GatewayError {
  const field = path.replace(connectorPath, '').split('.').at(-1) ?? path
  return new GatewayError('CONFIG_SECRET_MISSING', `Not started: its ${field} has no value`, {
    retry: 'after-config-change',
    hint: `${path}: ${message}. It starts by itself as soon as there is a value.`,
    detail: { path },
  })
}
