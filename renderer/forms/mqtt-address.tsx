import { ChoiceField, NumberField, TextField } from './fields.tsx'
import type { Problems } from './problems.ts'

/** Registered for MQTT, and for MQTT over TLS (IANA). */
const plainPort = 1883
const tlsPort = 8883

interface Address {
  readonly host: string
  readonly port?: number | undefined
  readonly tls?: { readonly enabled?: boolean | undefined } | undefined
}

/** Host and port of an MQTT server: a broker, or ThingsBoard. */
export function MqttAddress(props: {
  readonly words: { readonly host: string; readonly port: string }
  readonly placeholder: string
  /** Of twelve columns; the port has three more. */
  readonly hostWidth: 6 | 9
  readonly address: Address
  readonly problems: Problems
  readonly set: (patch: { readonly host?: string; readonly port?: number | undefined }) => void
}) {
  const { words, address, problems, set } = props
  return (
    <>
      <div className={`w-${props.hostWidth}`}>
        <TextField
          label={words.host}
          required
          mono
          placeholder={props.placeholder}
          value={address.host}
          error={problems.get('host')}
          onChange={(host) => set({ host: host.trim() })}
        />
      </div>
      <div className="w-3">
        <NumberField
          label={words.port}
          fallback={plainPort}
          value={address.port}
          error={problems.get('port')}
          onChange={(port) => set({ port })}
        />
      </div>
    </>
  )
}

/** The usual port goes along with TLS; another one was meant. Pure. */
export function tlsTurned<T extends object>(
  address: Address,
  tls: T,
  enabled: boolean,
): { readonly tls: T & { readonly enabled: boolean }; readonly port?: number } {
  const port = address.port ?? plainPort
  const usual = enabled ? port === plainPort : port === tlsPort
  return { tls: { ...tls, enabled }, ...(usual ? { port: enabled ? tlsPort : plainPort } : {}) }
}

export function MqttVersion(props: {
  readonly label: string
  readonly names: Readonly<Record<4 | 5, string>>
  readonly value: 4 | 5 | undefined
  readonly onChange: (version: 4 | 5) => void
}) {
  return (
    <ChoiceField
      label={props.label}
      value={props.value === 4 ? '4' : '5'}
      choices={[
        ['5', props.names[5]],
        ['4', props.names[4]],
      ]}
      onChange={(version) => props.onChange(version === '4' ? 4 : 5)}
    />
  )
}
