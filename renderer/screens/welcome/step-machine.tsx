import { Button, Radio } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { FoundServer } from '../../../shared/api/setup-requests.ts'
import { opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { ErrorNote } from '../../components/note.tsx'
import { CertificateTrust } from '../../forms/certificate-trust.tsx'
import { TextField } from '../../forms/fields.tsx'
import { TestPanel, type TestRun } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { navigate } from '../../stores/route.ts'
import { editSource, newSource } from '../../stores/source-drafts.ts'
import { ServerTrustHelp } from '../certificates/server-trust.tsx'
import { keepMachine } from './keep-machine.ts'
import { ServerFields, securityFrom } from './server-fields.tsx'
import { beginAnew, freeSourceId, setSetup, useSetup } from './setup-store.ts'
import { BackLink, StepPage } from './step-page.tsx'
import { type Discovery, useDiscovery } from './use-discovery.ts'

const text = welcomeText.machine

export function StepMachine() {
  const { connector } = useSetup()
  const discovery = useDiscovery()
  const [broker, setBroker] = useState<FoundServer>()
  const [problem, setProblem] = useState<ErrorReport>()
  const run = useTestRun(connector, () => {
    const parsed = opcuaConnectorSchema.safeParse(connector)
    return parsed.success ? request('connector.test', { connector: parsed.data }) : undefined
  })
  useEffect(beginAnew, [])
  useOnlyServer(discovery)
  useTestByItself(run)
  const works = run.report?.steps.every((step) => step.state !== 'failed') === true && !run.outdated
  return (
    <StepPage
      n={2}
      title={text.title}
      actions={
        <>
          <BackLink to={['connect', '1']} />
          <span className="spacer" />
          {broker ? <span className="muted">{text.brokerNext}</span> : null}
          {broker ? (
            <Button onClick={() => openBroker(broker)}>{text.openSources}</Button>
          ) : (
            <Button variant={works ? 'filled' : 'default'} disabled={!connector} onClick={() => void next(setProblem)}>
              {works || !connector ? welcomeText.next : welcomeText.anyway}
            </Button>
          )}
        </>
      }
    >
      <div className="setup-columns">
        <div className="setup-stack">
          <NearBy discovery={discovery} broker={broker} onBroker={setBroker} />
          <TypedAddress onUse={() => setBroker(undefined)} />
          {connector && !broker ? <ServerFields /> : null}
          {problem ? <ErrorNote error={problem} /> : null}
        </div>
        <div className="setup-stack">
          {connector && !broker ? <Verdict run={run} /> : <p className="muted setup-wait">{text.pickFirst}</p>}
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
    const servers = found.filter(({ kind }) => kind === 'opcua')
    const [only] = servers
    if (!isLooking && found.length === 1 && only && !useSetup.getState().connector) choose(only)
  }, [isLooking, found])
}

/** A chosen server is tested without being asked; one that needs a password waits for it. */
function useTestByItself({ start }: TestRun): void {
  const connector = useSetup((s) => s.connector)
  const { endpointUrl, securityMode, securityPolicy, identity } = connector ?? {}
  const isReady = connector !== undefined && (identity?.type ?? 'anonymous') === 'anonymous'
  const key = `${endpointUrl} ${securityMode} ${securityPolicy}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: another server or another security is another test.
  useEffect(() => {
    if (isReady) start()
  }, [key, isReady])
}

function choose({ name, url, security }: Pick<FoundServer, 'name' | 'url' | 'security'>): void {
  const host = /^opc\.tcp:\/\/([^/:]+)/.exec(url)?.[1] ?? ''
  const title = (name || host || text.unnamed).slice(0, 120)
  const { connector: former, appliedAt } = useSetup.getState()
  // Another choice of the same set-up replaces the one before it; after that it is another machine.
  const isSame = former !== undefined && appliedAt === undefined
  setSetup({
    connector: {
      type: 'opcua',
      id: isSame ? former.id : freeSourceId(title, 'opcua', undefined),
      name: title,
      endpointUrl: url,
      ...securityFrom(security[0]),
    },
    offers: security,
    ticked: {},
    suggestions: [],
    appliedAt: undefined,
  })
}

function openBroker({ url }: FoundServer): void {
  const match = /^(mqtts?):\/\/([^:/]+):(\d+)/.exec(url)
  const id = newSource('mqtt')
  editSource(id, (draft) =>
    draft.type === 'mqtt'
      ? {
          ...draft,
          name: text.broker,
          host: match?.[2] ?? '',
          port: Number(match?.[3] ?? 1883),
          ...(match?.[1] === 'mqtts' ? { tls: { enabled: true } } : {}),
        }
      : draft,
  )
  navigate('sources', id)
}

function NearBy(props: {
  readonly discovery: Discovery
  readonly broker: FoundServer | undefined
  readonly onBroker: (broker: FoundServer | undefined) => void
}) {
  const { state, network, look, cancel } = props.discovery
  const chosen = useSetup((s) => s.connector?.endpointUrl)
  return (
    <section aria-label={text.near} aria-busy={state.isLooking}>
      <Radio.Group
        label={text.near}
        value={props.broker?.url ?? chosen ?? ''}
        onChange={(url) => {
          const server = state.found.find((other) => other.url === url)
          props.onBroker(server?.kind === 'mqtt' ? server : undefined)
          if (server?.kind === 'opcua') choose(server)
        }}
      >
        <div className="setup-found-list">
          {state.found.map((server) => (
            <Radio.Card key={server.url} value={server.url} className="setup-server">
              <Radio.Indicator />
              <span className="setup-server-name">{nameOf(server)}</span>
              <span className={server.isSecure ? 'tone-ok' : 'muted'}>{securityWords(server)}</span>
              <span className="mono ellipsis">{server.url}</span>
              <span className="muted num">{text.ms(server.ms)}</span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <p className="muted" role="status">
        {state.isLooking
          ? (network ? text.lookingNetwork : text.looking)(state.looked, state.of)
          : state.found.length === 0
            ? text.none
            : ''}
      </p>
      <div className="row-gap">
        {state.isLooking ? (
          <Button size="compact-sm" variant="default" onClick={cancel}>
            {text.cancel}
          </Button>
        ) : (
          <>
            <Button size="compact-sm" variant="default" onClick={() => look(false)}>
              {text.again}
            </Button>
            <Button size="compact-sm" variant="default" title={text.networkHint} onClick={() => look(true)}>
              {text.network}
            </Button>
          </>
        )}
      </div>
    </section>
  )
}

function nameOf({ kind, name }: FoundServer): string {
  return name || (kind === 'mqtt' ? text.broker : text.unnamed)
}

function securityWords({ kind, isSecure, security }: FoundServer): string {
  if (kind === 'opcua') return isSecure ? text.secure : text.plain
  const words = [isSecure ? text.tls : text.plain]
  if (security.includes('sign-in')) words.push(text.signInNeeded)
  return words.join(', ')
}

/** Asks the server what it offers, so that the strongest can be taken. */
function TypedAddress({ onUse }: { readonly onUse: () => void }) {
  const [address, setAddress] = useState('')
  const [asking, setAsking] = useState(false)
  const [error, setError] = useState<ErrorReport>()
  const endpointUrl = address.trim() === '' || address.includes('://') ? address.trim() : `opc.tcp://${address.trim()}`
  const use = async (): Promise<void> => {
    setAsking(true)
    setError(undefined)
    const result = await request('opcua.endpoints', { endpointUrl })
    setAsking(false)
    if (!result.ok) return setError(result.error)
    const offers = result.value.endpoints.map((e) => `${e.securityMode} ${e.securityPolicy.split('#').at(-1) ?? ''}`)
    onUse()
    choose({ name: '', url: endpointUrl, security: strongestFirst([...new Set(offers)]) })
  }
  return (
    <>
      <form
        className="field-with-button"
        onSubmit={(event) => {
          event.preventDefault()
          void use()
        }}
      >
        <TextField label={text.orType} mono placeholder="opc.tcp://host:4840" value={address} onChange={setAddress} />
        <Button type="submit" variant="default" disabled={endpointUrl === ''} loading={asking}>
          {text.use}
        </Button>
      </form>
      {error ? <ErrorNote error={error} /> : null}
    </>
  )
}

const modes = ['SignAndEncrypt', 'Sign', 'None']
const policies = [
  'Aes256_Sha256_RsaPss',
  'Aes128_Sha256_RsaOaep',
  'Basic256Sha256',
  'Basic256',
  'Basic128Rsa15',
  'None',
]

function strongestFirst(offers: readonly string[]): string[] {
  const rank = (offer: string): number => {
    const [mode = '', policy = ''] = offer.split(' ')
    const place = policies.indexOf(policy)
    return modes.indexOf(mode) * 10 + (place < 0 ? 9 : place)
  }
  return offers.toSorted((a, b) => rank(a) - rank(b))
}
