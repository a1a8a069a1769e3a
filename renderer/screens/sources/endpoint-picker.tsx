import { Button } from '@mantine/core'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { formText } from '../../i18n/en-forms.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { useNow } from '../../stores/use-now.ts'
import { FoundServers, ReportedAddress } from './found-servers.tsx'
import { deprecatedPolicies, mayUseDeprecated, securityPolicies } from './opcua-policies.ts'

const text = sourcesText.opcua

type Choice = Required<Pick<OpcuaDraft, 'securityMode' | 'securityPolicy'>>

const modes = ['None', 'Sign', 'SignAndEncrypt'] as const

/** What the server offers; picking one sets mode and policy. The address stays as typed: servers often report another one. */
export function EndpointPicker(props: {
  readonly endpointUrl: string
  readonly securityMode: string
  readonly securityPolicy: string
  readonly allowDeprecatedUntil: string | undefined
  readonly onUseAddress: (endpointUrl: string) => void
  readonly onPick: (choice: Choice) => void
  readonly onClose: () => void
}) {
  const query = useLiveQuery('opcua.endpoints', { endpointUrl: props.endpointUrl }, 0)
  const endpoints = query.value?.endpoints
  const policies = mayUseDeprecated(props, useNow()) ? [...securityPolicies, ...deprecatedPolicies] : securityPolicies
  return (
    <section className="panel endpoints" aria-label={text.endpoints} aria-busy={!endpoints && !query.error}>
      <header className="panel-head">
        <h2>{text.endpoints}</h2>
        <Button size="compact-sm" variant="subtle" onClick={props.onClose}>
          {frameText.close}
        </Button>
      </header>
      {query.error ? (
        <ErrorNote
          error={query.error}
          action={
            <Button size="compact-sm" variant="default" onClick={query.refresh}>
              {frameText.tryAgain}
            </Button>
          }
        />
      ) : null}
      {!endpoints && !query.error ? <p className="endpoints-wait muted">{formText.test.running}</p> : null}
      {endpoints?.length === 0 ? <Empty title={text.noEndpoints} /> : null}
      {endpoints && endpoints.length > 0 ? (
        <table className="plain-table">
          <thead>
            <tr>
              <th>{text.mode}</th>
              <th>{text.policy}</th>
              <th>{text.identities}</th>
              <th>
                <span className="visually-hidden">{text.use}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {endpoints.map((endpoint) => {
              const policy = endpoint.securityPolicy.split('#').at(-1) ?? ''
              const choice = asChoice(
                endpoint.securityMode,
                policies.find((name) => name === policy),
              )
              const used = endpoint.securityMode === props.securityMode && policy === props.securityPolicy
              return (
                <tr key={`${endpoint.url} ${endpoint.securityMode} ${policy}`}>
                  <td>{endpoint.securityMode}</td>
                  <td>{policy}</td>
                  <td>{endpoint.identities.join(', ')}</td>
                  <td className="num">
                    <Button
                      size="compact-xs"
                      variant="default"
                      disabled={!choice || used}
                      aria-label={`${text.use} ${endpoint.securityMode} ${policy}`}
                      onClick={() => choice && props.onPick(choice)}
                    >
                      {used ? text.inUse : text.use}
                    </Button>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      ) : null}
      {endpoints ? <ReportedAddress typed={props.endpointUrl} urls={endpoints.map((e) => e.url)} /> : null}
      <FoundServers endpointUrl={props.endpointUrl} onUse={props.onUseAddress} />
    </section>
  )
}

/** undefined for what can not be chosen: unknown policies, and deprecated ones that are not allowed. They are shown all the same. */
function asChoice(mode: string, securityPolicy: Choice['securityPolicy'] | undefined): Choice | undefined {
  const securityMode = modes.find((name) => name === mode)
  return securityMode && securityPolicy ? { securityMode, securityPolicy } : undefined
}
