import type { FoundServer } from '../../../shared/api/setup-requests.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import type { ConnectorDraft, MqttDraft } from '../../stores/source-drafts.ts'
import { securityFrom } from './server-fields.tsx'
import { freeSourceId, setSetup, useSetup } from './setup-store.ts'

const text = welcomeText.machine

type Chosen = Pick<FoundServer, 'kind' | 'name' | 'url' | 'security'>

/** The machine the set-up is about from now on; another choice of the same set-up replaces the one before it. */
export function chooseMachine({ kind, name, url, security }: Chosen): void {
  const { connector: former, appliedAt } = useSetup.getState()
  const host = hostOf(url)
  const title = (name || host || (kind === 'mqtt' ? text.broker : text.unnamed)).slice(0, 120)
  // After it was put into service it is another machine.
  const isSame = former !== undefined && appliedAt === undefined && former.type === kind
  const id = isSame ? former.id : freeSourceId(title, kind, undefined)
  const connector: ConnectorDraft =
    kind === 'opcua'
      ? { type: 'opcua', id, name: title, endpointUrl: url, ...securityFrom(security[0]) }
      : { type: 'mqtt', id, name: title, ...brokerAt(url) }
  setSetup({ connector, offers: security, ticked: {}, suggestions: [], topics: [], appliedAt: undefined })
}

const usualPort = 1883
const usualTlsPort = 8883

function brokerAt(url: string): Pick<MqttDraft, 'host' | 'port' | 'tls'> {
  const isTls = url.startsWith('mqtts:')
  const port = Number(/:(\d+)\/?$/.exec(url)?.[1] ?? (isTls ? usualTlsPort : usualPort))
  return { host: hostOf(url), port, tls: { enabled: isTls } }
}

/** As it is found and typed. */
export function brokerUrl({ host, port, tls }: MqttDraft): string {
  return `mqtt${tls?.enabled ? 's' : ''}://${host}:${port ?? usualPort}`
}

function hostOf(url: string): string {
  return /^[\w.]+:\/\/(\[[^\]]*\]|[^/:]+)/.exec(url)?.[1] ?? ''
}
