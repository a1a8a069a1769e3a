import { Button } from '@mantine/core'
import { maskedSecret } from '../../../shared/config/secret.ts'
import { NumberField, SecretField, SwitchField, TextField } from '../../forms/fields.tsx'
import { welcomeText } from '../../i18n/en-welcome.ts'
import type { ThingsboardDraft } from '../../stores/thingsboard-draft.ts'
import { setSetup } from './setup-store.ts'

const text = welcomeText.thingsboard

/** What was understood of the text, at a glance; the token by its end only. */
export function FoundAddress(props: { readonly address: ThingsboardDraft; readonly onEdit: () => void }) {
  const { address } = props
  const facts: readonly (readonly [string, string])[] = [
    [text.host, address.host],
    [text.port, String(address.port ?? 1883)],
    signInOf(address),
    [text.encryption, address.tls?.enabled ? text.encrypted : text.plain],
  ]
  return (
    <section className="setup-found" aria-label={text.found}>
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      <Button size="compact-sm" variant="default" onClick={props.onEdit}>
        {text.edit}
      </Button>
    </section>
  )
}

function signInOf({ credentials }: ThingsboardDraft): readonly [string, string] {
  if (credentials.type === 'token') return [text.token, masked(credentials.token)]
  if (credentials.type === 'password') return [text.user, credentials.username]
  return [text.certificate, credentials.certFile]
}

/** Enough to tell two tokens apart, too little to use one. */
function masked(token: string): string {
  if (token === maskedSecret || token.startsWith('${')) return maskedSecret
  return token.length < 8 ? '••••' : `••••${token.slice(-4)}`
}

export function AddressFields({ address }: { readonly address: ThingsboardDraft | undefined }) {
  const draft: ThingsboardDraft = address ?? { host: '', credentials: { type: 'token', token: '' } }
  const set = (patch: Partial<ThingsboardDraft>): void => setSetup({ thingsboard: { ...draft, ...patch } })
  const { credentials } = draft
  return (
    <div className="form">
      <div className="w-8">
        <TextField label={text.host} required value={draft.host} onChange={(host) => set({ host: host.trim() })} />
      </div>
      <div className="w-4">
        <NumberField label={text.port} fallback={1883} value={draft.port} onChange={(port) => set({ port })} />
      </div>
      {credentials.type === 'token' ? (
        <SecretField
          label={text.token}
          required
          value={credentials.token}
          stored={credentials.token === maskedSecret ? maskedSecret : undefined}
          onChange={(token) => set({ credentials: { type: 'token', token: token ?? '' } })}
        />
      ) : null}
      {credentials.type === 'password' ? (
        <>
          <TextField
            label={text.user}
            required
            value={credentials.username}
            onChange={(username) => set({ credentials: { ...credentials, username } })}
          />
          <SecretField
            label={text.password}
            value={credentials.password}
            stored={credentials.password === maskedSecret ? maskedSecret : undefined}
            onChange={(password) => set({ credentials: { ...credentials, password: password ?? '' } })}
          />
        </>
      ) : null}
      <SwitchField
        label={text.encryption}
        value={draft.tls?.enabled ?? false}
        onChange={(enabled) =>
          set({ tls: { ...draft.tls, enabled }, ...(enabled && (draft.port ?? 1883) === 1883 ? { port: 8883 } : {}) })
        }
      />
    </div>
  )
}
