import { Button } from '@mantine/core'
import { Note } from '../../components/note.tsx'
import { opcuaText } from '../../i18n/en-opcua.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { hostAndPort } from './endpoint-host.ts'

const text = opcuaText.endpoints

/** Servers often report a name nobody on this network can resolve: the address that was typed stays, and that is said. */
export function ReportedAddress({ typed, urls }: { readonly typed: string; readonly urls: readonly string[] }) {
  const own = hostAndPort(typed)
  const other = urls.map(hostAndPort).find((reported) => reported !== '' && reported !== own)
  if (other === undefined || own === '') return null
  return (
    <div className="endpoints-wait">
      <Note tone="off">{text.replaced(other, own)}</Note>
    </div>
  )
}

/** What FindServers knows at this address: a discovery server knows several. Silent when there is nothing but this one. */
export function FoundServers(props: { readonly endpointUrl: string; readonly onUse: (endpointUrl: string) => void }) {
  const query = useLiveQuery('opcua.servers', { endpointUrl: props.endpointUrl }, 0)
  const found = (query.value?.servers ?? []).flatMap(({ name, urls }) =>
    urls.filter((url) => url.startsWith('opc.tcp://') && url !== props.endpointUrl).map((url) => ({ name, url })),
  )
  if (found.length === 0) return null
  return (
    <table className="plain-table">
      <caption className="table-caption">{text.servers}</caption>
      <tbody>
        {found.map(({ name, url }) => (
          <tr key={`${name} ${url}`}>
            <td>{name}</td>
            <td className="mono">{url}</td>
            <td className="num">
              <Button
                size="compact-xs"
                variant="default"
                aria-label={text.takeAddress(url)}
                onClick={() => props.onUse(url)}
              >
                {text.useAddress}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
