import { Button, Checkbox } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { GatewayStatus } from '../../../shared/status.ts'
import { request } from '../../api/client.ts'
import { ErrorNote, Note } from '../../components/note.tsx'
import { StateMark, type Tone } from '../../components/state-mark.tsx'
import { formatCount, formatMinute, formatMs } from '../../format.ts'
import { errorWhat } from '../../i18n/en-codes.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { sayField } from '../../i18n/say.ts'
import { connectorTones, uplinkTones } from '../../stores/gateway-tones.ts'
import { openOverlay } from '../../stores/overlays.ts'
import { hrefOf } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useNow } from '../../stores/use-now.ts'
import { type GoOutcome, goLive } from './go-live.ts'
import { useSetup } from './setup-store.ts'
import { BackLink, StepPage } from './step-page.tsx'

const text = welcomeText.go
/** A healthy gateway delivers its first value within two seconds. */
const slowAfterMs = 20_000

export function StepGo() {
  const appliedAt = useSetup((s) => s.appliedAt)
  const [outcome, setOutcome] = useState<GoOutcome>()
  const begun = useRef(false)
  useEffect(() => {
    // Once, also where React runs effects twice; a page that comes back finds it in service.
    if (begun.current || useSetup.getState().appliedAt !== undefined) return
    begun.current = true
    void goLive().then(setOutcome)
  }, [])
  const failed = outcome !== undefined && outcome.state !== 'applied'
  return (
    <StepPage
      n={4}
      title={text.title}
      actions={
        <>
          {failed ? <BackLink to={['connect', '3']} /> : null}
          {failed ? (
            <Button onClick={() => openOverlay('review')}>{text.review}</Button>
          ) : (
            <Button component="a" href={hrefOf('overview')} disabled={appliedAt === undefined}>
              {text.overview}
            </Button>
          )}
        </>
      }
    >
      <div className="setup-stack setup-go">
        {failed ? <NotApplied outcome={outcome} /> : null}
        {failed ? null : (
          <ol className="setup-milestones" aria-live="polite">
            <Milestone tone={appliedAt === undefined ? 'busy' : 'ok'}>
              {appliedAt === undefined ? text.applying : text.applied}
            </Milestone>
            {appliedAt === undefined ? null : <FirstValue appliedAt={appliedAt} />}
          </ol>
        )}
        <HostChoices />
      </div>
    </StepPage>
  )
}

function Milestone({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <li>
      <StateMark tone={tone}>{children}</StateMark>
    </li>
  )
}

function NotApplied({ outcome }: { readonly outcome: Exclude<GoOutcome, { state: 'applied' }> }) {
  if (outcome.state === 'failed') return <ErrorNote error={outcome.error} />
  return (
    <Note tone="bad" role="alert">
      <strong>{text.failed}</strong>
      {outcome.problems.map((problem) => (
        <div key={`${problem.path} ${problem.message}`}>{`${problem.path}: ${problem.message}`}</div>
      ))}
    </Note>
  )
}

function FirstValue({ appliedAt }: { readonly appliedAt: number }) {
  const status = useStatus((s) => s.status)
  const now = useNow()
  const [openedAt] = useState(Date.now)
  // Kept: the status goes on counting, the first time stays the first time.
  const first = useRef<{ at: number; latencyMs: number }>(undefined)
  const lastAckAt = status?.uplink.lastAckAt ?? 0
  const isDelivered = status !== undefined && lastAckAt > appliedAt && status.balance.delivered > 0
  if (isDelivered && !first.current) first.current = { at: lastAckAt, latencyMs: status.uplink.sourceToAckP50Ms }
  if (!status) return <Milestone tone="busy">{text.waiting}</Milestone>
  if (status.uplink.state === 'unconfigured') return <Milestone tone="warn">{text.noThingsboard}</Milestone>
  const read = status.connectors.reduce((sum, connector) => sum + connector.received, 0)
  if (!first.current) {
    return (
      <>
        {read > 0 ? <Milestone tone="ok">{text.read(formatCount(read))}</Milestone> : null}
        <Milestone tone="busy">{text.waiting}</Milestone>
        {now - openedAt > slowAfterMs ? <WhereItStops status={status} /> : null}
      </>
    )
  }
  const { at, latencyMs } = first.current
  const latency = latencyMs > 0 ? ` (${text.latency(formatMs(latencyMs))})` : ''
  return (
    <>
      <Milestone tone="ok">{`${text.done(formatMinute(at))}${latency}`}</Milestone>
      <li className="muted">{text.count(formatCount(status.balance.delivered))}</li>
    </>
  )
}

function WhereItStops({ status: { connectors, uplink } }: { readonly status: GatewayStatus }) {
  return (
    <li>
      <Note tone="warn" role="status">
        <strong>{text.slow}</strong>
        {connectors.map((connector) => (
          <div key={connector.id}>
            <StateMark
              tone={connectorTones[connector.state]}
            >{`${connector.name}: ${sayField(connector, 'detail') || frameText.connector[connector.state]}`}</StateMark>
          </div>
        ))}
        <div>
          <StateMark
            tone={uplinkTones[uplink.state]}
          >{`ThingsBoard: ${sayField(uplink, 'detail') || frameText.uplink[uplink.state]}`}</StateMark>
        </div>
      </Note>
    </li>
  )
}

type About = RequestOutput<'app.about'>

/** Only what this host can do. */
function HostChoices() {
  const [about, setAbout] = useState<About>()
  const [problem, setProblem] = useState('')
  useEffect(() => {
    void request('app.about', null).then((result) => result.ok && setAbout(result.value))
  }, [])
  if (!about) return null
  const setAutostart = async (enabled: boolean): Promise<void> => {
    const result = await request('app.autostart', { enabled })
    setProblem(result.ok ? '' : `${text.autostartFailed} ${errorWhat(result.error)}`)
    if (result.ok) setAbout({ ...about, autostart: result.value.autostart })
  }
  return (
    <div className="setup-host">
      {about.keepsRunning ? <p>{about.host === 'desktop' ? text.tray : text.headless}</p> : null}
      {about.autostart === null ? null : (
        <Checkbox
          label={text.autostart}
          checked={about.autostart}
          error={problem || undefined}
          onChange={(event) => void setAutostart(event.currentTarget.checked)}
        />
      )}
    </div>
  )
}
