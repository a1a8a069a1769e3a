import { parseSecretReference } from '../../../../shared/config/secret.ts'
import type { ImportReport } from '../import/import-report.ts'
import type { Part } from '../import/source-text.ts'

// Files are mailed and kept in repositories: no secret is written into them.

export type SecretKind = 'TOKEN' | 'PASSWORD'

/** What stands in the file in place of a secret; the report says what to do about it. */
export function secretText(value: string, kind: SecretKind, part: Part, report: ImportReport): string {
  const reference = parseSecretReference(value)
  const word = kind.toLowerCase()
  if (value === '') {
    report.exact(part, `no ${word}`, '')
    return ''
  }
  if (reference && reference.provider !== 'secret') {
    const note = `It is written as it is, a reference; the ThingsBoard gateway does not follow it. Put the ${word} in its place.`
    report.interpreted(part, value, note, value)
    return value
  }
  const text = `PUT_THE_${kind}_HERE`
  report.interpreted(part, text, `Secrets are not written out: put the ${word} in by hand.`, '••••')
  return text
}
