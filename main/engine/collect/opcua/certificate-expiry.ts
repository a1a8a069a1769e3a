import type { CertificateReport } from '../../../../shared/api/contract.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'

// Reminds of certificates that end: ours, which every server would then refuse, and those of servers we trust.

/** Days before the end at which a reminder gets a step louder. */
const steps = [30, 14, 7, 1] as const
/** From here on it is an error: a weekend must fit in between. */
const urgentDays = 7
const dayMs = 86_400_000
const lookEveryMs = 3_600_000
const subject = 'certificates'

export interface ExpiryOptions {
  readonly list: () => Promise<readonly CertificateReport[]>
  readonly onChange: (listener: () => void) => () => void
  readonly issues: IssueSink
  readonly clock: Clock
  readonly log: Log
}

/** Returns its undo. */
export function watchExpiry(options: ExpiryOptions): () => void {
  const { clock, log } = options
  const told = new Map<string, number>()
  const look = () => {
    options.list().then(
      (certificates) => remind(certificates, told, options),
      (error: unknown) => log.warn('certificates-unreadable', { cause: causeText(error) }),
    )
  }
  look()
  const undoTimer = clock.every(lookEveryMs, look)
  const undoChange = options.onChange(look)
  return () => {
    undoTimer()
    undoChange()
  }
}

/** The step that is reached: 30, 14, 7, 1, 0 = expired; undefined when there is time. */
export function expiryStep(validTo: number, now: number): number | undefined {
  if (validTo <= now) return 0
  const days = (validTo - now) / dayMs
  return steps.findLast((step) => days <= step)
}

function remind(
  certificates: readonly CertificateReport[],
  told: Map<string, number>,
  { issues, clock }: ExpiryOptions,
): void {
  const seen = new Set<string>()
  for (const { fingerprint, subject: name, validTo, state } of certificates) {
    if (state === 'rejected') continue
    const step = expiryStep(validTo, clock.now())
    if (step === undefined) continue
    seen.add(fingerprint)
    if (told.get(fingerprint) === step) continue
    told.set(fingerprint, step)
    const whose = state === 'own' ? "The gateway's own certificate" : `The certificate of a trusted server (${name})`
    const day = new Date(validTo).toISOString().slice(0, 10)
    const when = step === 0 ? `expired on ${day}` : `expires within ${step} ${step === 1 ? 'day' : 'days'}, on ${day}`
    // Cleared first, so that each step is an issue of its own and can not be overlooked as an old one.
    issues.clear(subject, 'OPCUA_CERTIFICATE_EXPIRES', fingerprint)
    issues.raise({
      code: 'OPCUA_CERTIFICATE_EXPIRES',
      severity: step <= urgentDays ? 'error' : 'warning',
      subject,
      subjectName: 'Certificates',
      key: fingerprint,
      message: `${whose} ${when}`,
      hint:
        state === 'own'
          ? 'Renew it under Certificates and have the servers trust the new one; until they do, the old one is used.'
          : 'Have the server make a new certificate, then trust that one here.',
      evidence: fingerprint,
    })
  }
  for (const fingerprint of told.keys()) {
    if (seen.has(fingerprint)) continue
    told.delete(fingerprint)
    issues.clear(subject, 'OPCUA_CERTIFICATE_EXPIRES', fingerprint)
  }
}
