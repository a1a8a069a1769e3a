import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { type ConfigProblem, type GatewayConfig, gatewaySchema, toProblems } from '../../../shared/config/gateway.ts'
import { causeText } from '../kit/gateway-error.ts'
import { validateMapping } from '../map/validate.ts'
import { parseJson } from './json.ts'
import { migrate } from './migrate.ts'
import { wordProblem } from './wording.ts'

/** 100,000 keys as they are saved have 17 MB, with every field set 35 MB; a larger file is not a configuration. */
const configSizeLimit = 64 * 1_048_576
/** Enough to see a pattern; a wrong file must not print a hundred thousand lines. */
const problemLimit = 200

export type ReadOutcome =
  | { readonly kind: 'read'; readonly text: string; readonly revision: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string }

export type CheckOutcome =
  | { readonly kind: 'valid'; readonly config: GatewayConfig }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] }

export async function readConfigText(path: string): Promise<ReadOutcome> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > configSizeLimit) {
        const limit = `${configSizeLimit / 1_048_576} MB`
        return {
          kind: 'unreadable',
          message: `has ${Math.ceil(size / 1_048_576)} MB, more than ${limit}: not a gateway.json`,
        }
      }
      const text = await file.readFile('utf8')
      return { kind: 'read', text, revision: revisionOf(text) }
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' }
    return { kind: 'unreadable', message: `can not be read (${causeText(error)}); check its permissions` }
  }
}

/** The whole way from text to a configuration that may run: JSON, version, schema, mapping. */
export function checkConfigText(text: string): CheckOutcome {
  const json = parseJson(text)
  if (json.kind === 'parsed') return checkConfig(json.value)
  const message = `is not valid JSON at line ${json.line}, column ${json.column}: ${json.message}`
  return { kind: 'invalid', problems: [{ path: '(whole file)', message }] }
}

export function checkConfig(input: unknown): CheckOutcome {
  const migrated = migrate(input)
  if (migrated.kind === 'refused') return { kind: 'invalid', problems: [migrated.problem] }
  const parsed = gatewaySchema.safeParse(migrated.document, { error: wordProblem })
  if (!parsed.success) return { kind: 'invalid', problems: limited(toProblems(parsed.error)) }
  const problems = validateMapping(parsed.data)
  return problems.length > 0 ? { kind: 'invalid', problems: limited(problems) } : { kind: 'valid', config: parsed.data }
}

/**
 * Content, not a counter: an edit with a text editor changes it as well, so a save never overwrites what its author has not
 * seen. 48 bits of SHA-256, a safe integer; 0 = there is no file.
 */
export function revisionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6)
}

function limited(problems: readonly ConfigProblem[]): ConfigProblem[] {
  if (problems.length <= problemLimit) return [...problems]
  const more = { path: '(whole file)', message: `has ${problems.length - problemLimit} more problems` }
  return [...problems.slice(0, problemLimit), more]
}
