import { ChoiceField, SecretField, SwitchField, TextField } from '../../forms/fields.tsx'
import { welcomeText } from '../../i18n/en-welcome.ts'
import type { MqttDraft } from '../../stores/source-drafts.ts'
import { setSetup } from './setup-store.ts'

const text = welcomeText.machine

/** As whom the gateway signs in to the chosen broker, and whether anybody can read along. */
export function BrokerFields({ connector }: { readonly connector: MqttDraft }) {
  const set = (patch: Partial<MqttDraft>): void => setSetup({ connector: { ...connector, ...patch } })
  const hasUser = connector.username !== undefined
  return (
    <div className="form">
      <div className="w-6">
        <ChoiceField
          label={text.signIn}
          value={hasUser ? 'password' : 'anonymous'}
          choices={[
            ['anonymous', text.anonymous],
            ['password', text.password],
          ]}
          onChange={(type) =>
            set(type === 'password' ? { username: '', password: '' } : { username: undefined, password: undefined })
          }
        />
      </div>
      <div className="w-6">
        <SwitchField
          label={text.useTls}
          value={connector.tls?.enabled ?? false}
          onChange={(enabled) => set({ tls: { ...connector.tls, enabled } })}
        />
      </div>
      {hasUser ? (
        <>
          <div className="w-6">
            <TextField
              label={text.username}
              required
              value={connector.username}
              onChange={(username) => set({ username })}
            />
          </div>
          <div className="w-6">
            <SecretField
              label={text.passwordField}
              value={connector.password}
              stored={undefined}
              onChange={(password) => set({ password: password ?? '' })}
            />
          </div>
        </>
      ) : null}
    </div>
  )
}
