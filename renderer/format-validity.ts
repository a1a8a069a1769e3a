import type { Tone } from './components/state-mark.tsx'
import { formatCount, formatDate } from './format.ts'
import { certificatesText } from './i18n/en-certificates.ts'

const text = certificatesText.days
const dayMs = 86_400_000
/** From here on somebody should act (reminders at 30, 14, 7 and 1 days). */
export const expiryNoticeDays = 30
const urgentDays = 7

export interface Validity {
  readonly tone: Tone
  readonly words: string
  /** Whole days left; negative after the end. */
  readonly days: number
}

/** How long a certificate is still good, in words. Pure. */
export function validityOf(
  certificate: { readonly validFrom: number; readonly validTo: number },
  now: number,
): Validity {
  const days = Math.floor((certificate.validTo - now) / dayMs)
  if (certificate.validTo <= now) {
    const ago = Math.max(1, Math.ceil((now - certificate.validTo) / dayMs))
    return { tone: 'bad', words: text.expired(formatCount(ago)), days }
  }
  if (certificate.validFrom > now) return { tone: 'bad', words: text.future(formatDate(certificate.validFrom)), days }
  if (days === 0) return { tone: 'bad', words: text.today, days }
  if (days <= expiryNoticeDays)
    return { tone: days <= urgentDays ? 'bad' : 'warn', words: text.soon(formatCount(days)), days }
  return { tone: 'ok', words: text.left(formatCount(days)), days }
}
