import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { ChoiceField, SecretField, SwitchField, TextField } from '../../forms/fields.tsx'
import { opcuaText } from '../../i18n/en-opcua.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import type { PartProps } from './opcua-part.ts'

const text = sourcesText.opcua
const words = opcuaText.signIn

type Identity = NonNullable<OpcuaDraft['identity']>

export function SignInFields(props: PartProps & { readonly saved: ConnectorConfig | undefined }) {
  const { draft, set } = props
  const identity = draft.identity ?? { type: 'anonymous' }
  const saved = props.saved?.type === 'opcua' ? props.saved.identity : undefined
  return (
    <>
      <ChoiceField
        label={text.signIn}
        value={identity.type}
        choices={[
          ['anonymous', text.identity.anonymous],
          ['password', text.identity.password],
          ['certificate', words.certificate],
        ]}
        onChange={(type) => set({ identity: saved?.type === type ? saved : blank(type) })}
      />
      {identity.type === 'password' ? (
        <PasswordFields
          {...props}
          identity={identity}
          stored={saved?.type === 'password' ? saved.password : undefined}
        />
      ) : null}
      {identity.type === 'certificate' ? <CertificateFields {...props} identity={identity} /> : null}
    </>
  )
}

function blank(type: Identity['type']): Identity {
  if (type === 'password') return { type, username: '', password: '' }
  return type === 'certificate' ? { type, certFile: '', keyFile: '' } : { type }
}

function PasswordFields({
  draft,
  problems,
  set,
  identity,
  stored,
}: PartProps & { readonly identity: Extract<Identity, { type: 'password' }>; readonly stored: string | undefined }) {
  return (
    <>
      <div className="w-6">
        <TextField
          label={text.username}
          required
          value={identity.username}
          error={problems.get('identity.username')}
          onChange={(username) => set({ identity: { ...identity, username } })}
        />
      </div>
      <div className="w-6">
        <SecretField
          label={text.password}
          value={identity.password}
          stored={stored}
          error={problems.get('identity.password')}
          onChange={(password) => set({ identity: { ...identity, password: password ?? '' } })}
        />
      </div>
      <SwitchField
        label={text.unencrypted}
        description={text.unencryptedHint}
        value={draft.allowUnencryptedPassword ?? false}
        onChange={(allowUnencryptedPassword) => set({ allowUnencryptedPassword })}
      />
    </>
  )
}

function CertificateFields({
  problems,
  set,
  identity,
}: PartProps & { readonly identity: Extract<Identity, { type: 'certificate' }> }) {
  return (
    <>
      <div className="w-6">
        <TextField
          label={words.certFile}
          required
          mono
          placeholder="/etc/tb-gateway/operator.pem"
          value={identity.certFile}
          error={problems.get('identity.certFile')}
          onChange={(certFile) => set({ identity: { ...identity, certFile } })}
        />
      </div>
      <div className="w-6">
        <TextField
          label={words.keyFile}
          required
          mono
          placeholder="/etc/tb-gateway/operator.key"
          value={identity.keyFile}
          error={problems.get('identity.keyFile')}
          onChange={(keyFile) => set({ identity: { ...identity, keyFile } })}
        />
      </div>
      <p className="muted">{words.files}</p>
    </>
  )
}
