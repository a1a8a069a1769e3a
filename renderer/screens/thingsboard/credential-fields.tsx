import type { Credentials } from '../../../shared/config/thingsboard.ts'
import { ChoiceField, SecretField, TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { thingsboardText as text } from '../../i18n/en-thingsboard.ts'
import { editThingsboard } from '../../stores/thingsboard-draft.ts'

const set = (credentials: Credentials): void => editThingsboard({ credentials })

function emptyOf(type: Credentials['type']): Credentials {
  if (type === 'token') return { type, token: '' }
  return type === 'password' ? { type, username: '' } : { type, certFile: '', keyFile: '' }
}

export function CredentialFields(props: {
  readonly credentials: Credentials
  readonly stored: Credentials | undefined
  readonly problems: Problems
}) {
  const { credentials, stored, problems } = props
  return (
    <>
      <ChoiceField
        label={text.signIn}
        value={credentials.type}
        choices={[
          ['token', text.kinds.token],
          ['password', text.kinds.password],
          ['certificate', text.kinds.certificate],
        ]}
        // Coming back to the kind that is stored brings the stored one back.
        onChange={(type) => set(stored?.type === type ? stored : emptyOf(type))}
      />
      {credentials.type === 'token' ? (
        <SecretField
          label={text.token}
          required
          value={credentials.token}
          stored={stored?.type === 'token' ? stored.token : undefined}
          error={problems.get('credentials.token')}
          onChange={(token) => set({ ...credentials, token: (token ?? '').trim() })}
        />
      ) : null}
      {credentials.type === 'password' ? (
        <PasswordFields credentials={credentials} stored={stored} problems={problems} />
      ) : null}
      {credentials.type === 'certificate'
        ? (['certFile', 'keyFile'] as const).map((name) => (
            <TextField
              key={name}
              label={text[name]}
              required
              mono
              value={credentials[name]}
              error={problems.get(`credentials.${name}`)}
              onChange={(value) => set({ ...credentials, [name]: value })}
            />
          ))
        : null}
    </>
  )
}

function PasswordFields(props: {
  readonly credentials: Extract<Credentials, { type: 'password' }>
  readonly stored: Credentials | undefined
  readonly problems: Problems
}) {
  const { credentials, stored, problems } = props
  return (
    <>
      <div className="w-4">
        <TextField
          label={text.clientId}
          value={credentials.clientId}
          error={problems.get('credentials.clientId')}
          onChange={(clientId) => set({ ...credentials, clientId: clientId === '' ? undefined : clientId })}
        />
      </div>
      <div className="w-4">
        <TextField
          label={text.username}
          required
          value={credentials.username}
          error={problems.get('credentials.username')}
          onChange={(username) => set({ ...credentials, username })}
        />
      </div>
      <div className="w-4">
        <SecretField
          label={text.password}
          value={credentials.password}
          stored={stored?.type === 'password' ? stored.password : undefined}
          error={problems.get('credentials.password')}
          onChange={(password) => set({ ...credentials, password })}
        />
      </div>
    </>
  )
}
