import { ChoiceField, SecretField, TextField } from '../../forms/fields.tsx'
import { welcomeText } from '../../i18n/en-welcome.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { isDeprecated, securityPolicies } from '../sources/opcua-policies.ts'
import { setSetup, useSetup } from './setup-store.ts'

const text = welcomeText.machine

type Security = Pick<OpcuaDraft, 'securityMode' | 'securityPolicy'>

/** `SignAndEncrypt Basic256Sha256` as fields; what is withdrawn or unknown is left to the gateway, which then says no. */
export function securityFrom(offer: string | undefined): Security {
  const [mode = '', name = ''] = (offer ?? '').split(' ')
  const policy = securityPolicies.find((known) => known === name)
  if (!policy || isDeprecated(name)) return { securityMode: 'auto', securityPolicy: 'auto' }
  return { securityMode: mode as 'None' | 'Sign' | 'SignAndEncrypt', securityPolicy: policy }
}

/** How the connection to the chosen server is protected, and as whom. */
export function ServerFields({ connector }: { readonly connector: OpcuaDraft }) {
  const offers = useSetup((setup) => setup.offers)
  const set = (patch: Partial<OpcuaDraft>): void => setSetup({ connector: { ...connector, ...patch } })
  const usable = offers.filter((offer) => securityFrom(offer).securityMode !== 'auto')
  const current = `${connector.securityMode} ${connector.securityPolicy}`
  const identity = connector.identity ?? { type: 'anonymous' as const }
  return (
    <div className="form">
      {usable.length > 0 ? (
        <div className="w-8">
          <ChoiceField
            label={text.security}
            value={current}
            choices={usable.map(
              (offer, i) =>
                [
                  offer,
                  i === 0 && offer !== none ? `${offerWords(offer)} (${text.strongest})` : offerWords(offer),
                ] as const,
            )}
            onChange={(offer) => set(securityFrom(offer))}
          />
        </div>
      ) : null}
      <div className="w-4">
        <ChoiceField
          label={text.signIn}
          value={identity.type === 'password' ? 'password' : 'anonymous'}
          choices={[
            ['anonymous', text.anonymous],
            ['password', text.password],
          ]}
          onChange={(type) =>
            set({ identity: type === 'password' ? { type, username: '', password: '' } : { type: 'anonymous' } })
          }
        />
      </div>
      {identity.type === 'password' ? (
        <>
          <div className="w-6">
            <TextField
              label={text.username}
              required
              value={identity.username}
              onChange={(username) => set({ identity: { ...identity, username } })}
            />
          </div>
          <div className="w-6">
            <SecretField
              label={text.passwordField}
              value={identity.password}
              stored={undefined}
              onChange={(password) => set({ identity: { ...identity, password: password ?? '' } })}
            />
          </div>
        </>
      ) : null}
    </div>
  )
}

const none = 'None None'

function offerWords(offer: string): string {
  const [mode = '', policy = ''] = offer.split(' ')
  if (mode === 'None') return text.modes.None
  return `${text.modes[mode as 'Sign' | 'SignAndEncrypt']} · ${policy}`
}
