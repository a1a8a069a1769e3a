import type { ConfigProblem } from '../../../shared/config/gateway.ts'

type Document = Record<string, unknown>

/** Step n turns a document of version n into version n + 1. Steps are never edited once released; new ones are added. */
const steps: ReadonlyMap<number, (document: Document) => Document> = new Map()

const currentVersion = 1

export type MigrateOutcome =
  | { readonly kind: 'current'; readonly document: unknown }
  | { readonly kind: 'refused'; readonly problem: ConfigProblem }

/** Brings a parsed `gateway.json` to the present version, or says why it can not. */
export function migrate(input: unknown): MigrateOutcome {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return refused('(whole file)', 'must be a JSON object: { "version": 1, … }')
  }
  let document = input as Document
  if (document['version'] === undefined) return refused('version', missingVersion(document))
  for (;;) {
    const version = document['version']
    if (version === currentVersion) return { kind: 'current', document }
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
      return refused('version', `must be ${currentVersion}`)
    }
    if (version > currentVersion) {
      const here = `this gateway reads versions up to ${currentVersion}`
      return refused('version', `is ${version}, ${here}; install the newer gateway that wrote the file`)
    }
    const step = steps.get(version)
    if (!step) return refused('version', `is ${version}, which no gateway ever wrote; it must be ${currentVersion}`)
    document = step(document)
  }
}

function missingVersion(document: Document): string {
  const thingsboard = document['thingsboard']
  const foreign = typeof thingsboard === 'object' && thingsboard !== null && 'security' in thingsboard
  return foreign
    ? 'is missing: this is the configuration of a ThingsBoard gateway; convert it with the import, or name it to --config'
    : `is missing; begin the file with "version": ${currentVersion}`
}

const refused = (path: string, message: string): MigrateOutcome => ({ kind: 'refused', problem: { path, message } })
