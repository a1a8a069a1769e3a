import { useEffect, useRef, useState } from 'react'
import type { TestReport } from '../../../shared/api/contract.ts'
import { type ThingsboardConfig, thingsboardSchema } from '../../../shared/config/thingsboard.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import type { TestRun } from '../../forms/test-panel.tsx'
import { errorWhat } from '../../i18n/en-codes.ts'
import { sayField } from '../../i18n/say.ts'
import type { ThingsboardDraft } from '../../stores/thingsboard-draft.ts'

const plainPort = 1883
export const securePort = 8883

interface Outcome {
  readonly report?: TestReport | undefined
  readonly error?: ErrorReport | undefined
}

export interface AddressTest {
  readonly run: TestRun
  /** The encrypted twin of an address that was given without encryption. */
  readonly secure: 'none' | 'trying' | 'works' | { readonly failed: string }
  /** What to save: the encrypted twin when it works. */
  readonly best: ThingsboardConfig | undefined
  readonly works: boolean
}

const passed = (report: TestReport | undefined): boolean =>
  report?.steps.every((step) => step.state === 'ok' || step.state === 'warning') ?? false

/** One test at a time: ThingsBoard allows a device one session. It starts by itself whenever the address changes. */
export function useAddressTest(draft: ThingsboardDraft | undefined, mayUseTwin: boolean): AddressTest {
  const parsed = draft ? thingsboardSchema.safeParse(draft) : undefined
  const address = parsed?.success ? parsed.data : undefined
  const key = address ? JSON.stringify(address) : ''
  const [running, setRunning] = useState(false)
  const [first, setFirst] = useState<Outcome>({})
  const [secure, setSecure] = useState<AddressTest['secure']>('none')
  const [twinReport, setTwinReport] = useState<TestReport>()
  const turn = useRef(0)
  const twin = address && mayUseTwin ? encryptedTwin(address) : undefined

  const start = async (): Promise<void> => {
    if (!address) return
    const own = ++turn.current
    const isStale = (): boolean => own !== turn.current
    setRunning(true)
    setSecure('none')
    const result = await request('thingsboard.test', { thingsboard: address })
    if (isStale()) return
    setFirst(result.ok ? { report: result.value } : { error: result.error })
    setRunning(false)
    if (!twin) return
    setSecure('trying')
    const other = await request('thingsboard.test', { thingsboard: twin })
    if (isStale()) return
    const report = other.ok ? other.value : undefined
    setTwinReport(report)
    const failed = report?.steps.find((step) => step.state === 'failed')
    setSecure(
      passed(report)
        ? 'works'
        : { failed: failed ? sayField(failed, 'detail') : other.ok ? '' : errorWhat(other.error) },
    )
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another test.
  useEffect(() => {
    setFirst({})
    turn.current++
    setRunning(false)
    setSecure('none')
    // Somebody types: only what stays for a moment is tried.
    const soon = setTimeout(() => void start(), 250)
    return () => clearTimeout(soon)
  }, [key])

  const useTwin = secure === 'works' && twin !== undefined
  const report = useTwin ? twinReport : first.report
  return {
    run: { running, report, error: first.error, outdated: false, start: () => void start() },
    secure,
    best: useTwin ? twin : address,
    works: passed(report),
  }
}

function encryptedTwin(address: ThingsboardConfig): ThingsboardConfig | undefined {
  if (address.tls.enabled || address.port !== plainPort) return undefined
  return { ...address, port: securePort, tls: { ...address.tls, enabled: true } }
}
