import { Button, Radio } from '@mantine/core'
import type { FoundServer } from '../../../shared/api/setup-requests.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { brokerUrl, chooseMachine } from './choose-machine.ts'
import { useSetup } from './setup-store.ts'
import type { Discovery } from './use-discovery.ts'

const text = welcomeText.machine

/** What answers at the usual ports, to choose from. */
export function NearBy({ discovery }: { readonly discovery: Discovery }) {
  const { state, network, look, cancel } = discovery
  const chosen = useSetup(({ connector }) =>
    connector?.type === 'mqtt' ? brokerUrl(connector) : connector?.endpointUrl,
  )
  return (
    <section aria-label={text.near} aria-busy={state.isLooking}>
      <Radio.Group
        label={text.near}
        value={chosen ?? ''}
        onChange={(url) => {
          const server = state.found.find((other) => other.url === url)
          if (server) chooseMachine(server)
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
