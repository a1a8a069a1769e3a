import type * as z from 'zod'
import { type ConfigProblem, toProblems } from '../../shared/config/gateway.ts'

/** Messages by field path, as in `tls.caFile` or `devices[2].keys[0].key`. */
export type Problems = ReadonlyMap<string, string>

export const noProblems: Problems = new Map()

export function problemsOf(schema: z.ZodType, value: unknown): Problems {
  const result = schema.safeParse(value)
  return result.success ? noProblems : toMap(toProblems(result.error))
}

export function toMap(problems: readonly ConfigProblem[]): Problems {
  const map = new Map<string, string>()
  for (const { path, message } of problems) if (!map.has(path)) map.set(path, message)
  return map
}

/**
 * What may be shown now: before the first Save or Test an empty field is not a mistake but unfinished work.
 * `path is needed` is the only complaint about empty fields (zod-setup.ts).
 */
export function shownProblems(problems: Problems, attempted: boolean): Problems {
  if (attempted) return problems
  return new Map([...problems].filter(([, message]) => message !== 'is needed'))
}

/** `connectors[2].endpointUrl` → `endpointUrl` for the source at index 2; problems of other parts stay as they are. */
export function relativeTo(prefix: string, problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.map((problem) =>
    problem.path.startsWith(prefix)
      ? { ...problem, path: problem.path.slice(prefix.length).replace(/^\./, '') }
      : problem,
  )
}

/** Problems below `prefix`, with paths relative to it. */
export function below(prefix: string, problems: Problems): Problems {
  const map = new Map<string, string>()
  for (const [path, message] of problems) {
    if (path === prefix) map.set('', message)
    else if (path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`)) {
      map.set(path.slice(prefix.length).replace(/^\./, ''), message)
    }
  }
  return map
}
