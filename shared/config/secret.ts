import * as z from 'zod'

/**
 * A password, token or key. In a file it is a reference: `${env:NAME}`, `${file:PATH}` or `${secret:NAME}` (the gateway's
 * own vault). Clear text is accepted in a hand-written file and moves into the vault at the first save from the UI.
 */
export const secretSchema = z
  .string()
  .max(8192)
  .meta({ description: 'Secret: ${env:NAME}, ${file:PATH}, ${secret:NAME} or clear text' })

/** What the API shows in place of a clear-text secret; sent back unchanged it means "keep the stored one". */
export const maskedSecret = '••••••••'

const reference = /^\$\{(env|file|secret):([^}]+)\}$/

export interface SecretReference {
  readonly provider: 'env' | 'file' | 'secret'
  readonly name: string
}

/** The reference in `text`, or undefined when it is clear text. */
export function parseSecretReference(text: string): SecretReference | undefined {
  const match = reference.exec(text)
  if (!match) return undefined
  return { provider: match[1] as SecretReference['provider'], name: match[2] ?? '' }
}
