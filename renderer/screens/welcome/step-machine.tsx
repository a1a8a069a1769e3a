import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { connectorSchema } from '../../../shared/config/gateway.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { ErrorNote } from '../../components/note.tsx'
import { CertificateTrust } from '../../forms/certificate-trust.tsx'
import { TestPanel, type TestRun } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { navigate } from '../../stores/route.ts'
import type { ConnectorDraft } from '../../stores/source-drafts.ts'
import { ServerTrustHelp } from '../certificates/server-trust.tsx'
import { BrokerFields } from './broker-fields.tsx'
import { brokerUrl, chooseMachine } from './choose-machine.ts'
import { keepMachine } from './keep-machine.ts'
import { NearBy } from './near-by.tsx'
import { ServerFields } from './server-fields.tsx'
import { beginAnew, setSetup, useSetup } from './setup-store.ts'
import { BackLink, StepPage } from './step-page.tsx'
import { TypedAddress } from './typed-address.tsx'
import { type Discovery, useDiscovery } from './use-discovery.ts'

const text = welcomeText.machine

export function StepMachine() {
  const { connector } = useSetup()
  const discovery = useDiscovery()
  const [problem, setProblem] = useState<ErrorReport>()
  const run = useTestRun(connector, () => {
    const parsed = connectorSchema.safeParse(connector)
    return parsed.success ? request('connector.test', { connector: parsed.data }) : undefined
  })
  useEffect(beginAnew, [])
  useOnlyServer(discovery)
  useTestByItself(run)
  useOlderMqtt(run)
  const works = run.report?.steps.every((step) => step.state !== 'failed') === true && !run.outdated
  return (
    <StepPage
      n={2}
      title={text.title}
      actions={
        <>
          <BackLink to={['connect', '1']} />
          <span className="spacer" />
          <Button variant={works ? 'filled' : 'default'} disabled={!connector} onClick={() => void next(setProblem)}>
            {works || !connector ? welcomeText.next : welcomeText.anyway}
          </Button>
        </>
      }
    >
      <div className="setup-columns">
        <div className="setup-stack">
          <NearBy discovery={discovery} />
          <TypedAddress />
          {connector?.type === 'opcua' ? <ServerFields connector={connector} /> : null}
          {connector?.type === 'mqtt' ? <BrokerFields connector={connector} /> : null}
          {problem ? <ErrorNote error={problem} /> : null}
        </div>
        <div className="setup-stack">
          {connector ? <Verdict run={run} /> : <p className="muted setup-wait">{text.pickFirst}</p>}
        </div>
      </div>
    </StepPage>
  )
}

/** A certificate nobody has decided about is the only question until it is answered. */
function Verdict({ run }: { readonly run: TestRun }) {
  const certificate = run.report?.certificate
  if (certificate && certificate.state !== 'trusted' && !run.running) {
    return (
      <div className="panel">
        <CertificateTrust certificate={certificate} onTrusted={run.start} />
      </div>
    )
  }
  return <TestPanel run={run} help={isRejected(run) ? <ServerTrustHelp run={run} /> : null} />
}

/** The machine is in the draft from here on: closing the window loses nothing. */
async function next(onProblem: (problem: ErrorReport) => void): Promise<void> {
  const outcome = await keepMachine()
  if (outcome.state === 'failed') return onProblem(outcome.error)
  if (outcome.state === 'refused') {
    const [first] = outcome.problems
    return onProblem({ code: 'CONFIG_INVALID', message: first ? `${first.path}: ${first.message}` : '', hint: '' })
  }
  navigate('overview', 'connect', '3')
}

const isRejected = (run: TestRun): boolean =>
  run.report?.steps.some((step) => step.code === 'OPCUA_REJECTED_BY_SERVER') === true

/** The only thing there is, is what somebody means. */
function useOnlyServer({ state }: Discovery): void {
  const { isLooking, found } = state
  useEffect(() => {
    const [only] = found
    if (!isLooking && found.length === 1 && only && !useSetup.getState().connector) chooseMachine(only)
  }, [isLooking, found])
}

/** A chosen machine is tested without being asked; one that needs a password waits for it. */
function useTestByItself({ start }: TestRun): void {
  const { connector, offers } = useSetup()
  const isReady = connector !== undefined && !needsSignIn(connector, offers)
  const key = connector ? addressOf(connector) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: another machine or another security is another test.
  useEffect(() => {
    if (isReady) start()
  }, [key, isReady])
}

/** A broker that refuses MQTT 5 may speak the version before it: tried once, and kept where it does not help either. */
function useOlderMqtt({ report, outdated }: TestRun): void {
  const isRefused = !outdated && report?.steps.some(({ code }) => code === 'MQTT_REFUSED') === true
  useEffect(() => {
    const { connector } = useSetup.getState()
    if (isRefused && connector?.type === 'mqtt' && connector.protocolVersion === undefined)
      setSetup({ connector: { ...connector, protocolVersion: 4 } })
  }, [isRefused])
}

function needsSignIn(connector: ConnectorDraft, offers: readonly string[]): boolean {
  if (connector.type === 'opcua') return (connector.identity?.type ?? 'anonymous') !== 'anonymous'
  return connector.username !== undefined || offers.includes('sign-in')
}

function addressOf(connector: ConnectorDraft): string {
  return connector.type === 'opcua'
    ? `${connector.endpointUrl} ${connector.securityMode} ${connector.securityPolicy}`
    : `${brokerUrl(connector)} ${connector.protocolVersion ?? 5}`
}
