import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { GatewayError } from '../../kit/gateway-error.ts'

// Which of the endpoints a server offers is used; pure. Explicit wishes are never downgraded.

type SecurityModeName = 'None' | 'Sign' | 'SignAndEncrypt'
type SecurityPolicyName = 'None' | 'Basic256Sha256' | 'Aes128_Sha256_RsaOaep' | 'Aes256_Sha256_RsaPss'

/** What matters of an EndpointDescription (Part 4, 7.14). */
export interface OfferedEndpoint {
  readonly url: string
  readonly securityMode: string
  /** Short name, the part of the URI behind `#`. */
  readonly securityPolicy: string
  readonly identities: readonly OfferedIdentity[]
  readonly certificate: Buffer | undefined
}

export interface OfferedIdentity {
  readonly type: 'anonymous' | 'password' | 'certificate' | 'token'
  /** The policy that protects the secret; empty = that of the channel. */
  readonly securityPolicy: string
}

export interface PickedEndpoint {
  readonly securityMode: SecurityModeName
  readonly securityPolicy: SecurityPolicyName
  readonly offered: OfferedEndpoint
  /** True when `auto` had to end at None although we would have liked better. */
  readonly unsecured: boolean
}

/** Strongest first. Older policies (Basic128Rsa15, Basic256) use SHA-1 and are not spoken. */
const policies: readonly SecurityPolicyName[] = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256']
const modes: readonly SecurityModeName[] = ['SignAndEncrypt', 'Sign']

type Wish = Pick<
  OpcuaConnectorConfig,
  'endpointUrl' | 'securityMode' | 'securityPolicy' | 'identity' | 'allowUnencryptedPassword'
>

/** The strongest endpoint that satisfies the wish and takes the identity; rejects (throws) with the reason otherwise. */
export function pickEndpoint(offered: readonly OfferedEndpoint[], wish: Wish): PickedEndpoint {
  let problem: GatewayError | undefined
  for (const candidate of candidates(offered, wish)) {
    const refusal = identityProblem(candidate, wish)
    if (!refusal) return candidate
    problem ??= refusal
  }
  throw problem ?? notOffered(offered, wish)
}

function* candidates(offered: readonly OfferedEndpoint[], wish: Wish): Generator<PickedEndpoint> {
  for (const securityMode of [...modes, 'None'] as const) {
    if (wish.securityMode !== 'auto' && wish.securityMode !== securityMode) continue
    for (const securityPolicy of securityMode === 'None' ? (['None'] as const) : policies) {
      if (wish.securityPolicy !== 'auto' && wish.securityPolicy !== securityPolicy) continue
      const found = offered.find((e) => e.securityMode === securityMode && e.securityPolicy === securityPolicy)
      const unsecured = securityMode === 'None' && wish.securityMode === 'auto'
      if (found) yield { securityMode, securityPolicy, offered: found, unsecured }
    }
  }
}

function notOffered(offered: readonly OfferedEndpoint[], wish: Wish): GatewayError {
  const list = [...new Set(offered.map((e) => nameOf(e.securityMode, e.securityPolicy)))].join(', ') || 'nothing'
  return new GatewayError(
    'OPCUA_ENDPOINT_NOT_FOUND',
    `${wish.endpointUrl} does not offer the security asked for (${nameOf(wish.securityMode, wish.securityPolicy)})`,
    {
      retry: 'after-config-change',
      hint: `The server offers ${list}. Choose one of these, or switch the other on at the server.`,
    },
  )
}

function nameOf(mode: string, policy: string): string {
  if (mode === 'None') return 'None'
  return `${policy === 'auto' ? 'any policy' : policy} ${mode === 'auto' ? 'any mode' : mode}`
}

function identityProblem(picked: PickedEndpoint, wish: Wish): GatewayError | undefined {
  const kinds = picked.offered.identities.map((i) => i.type)
  if (!kinds.includes(wish.identity.type)) {
    const anonymous = wish.identity.type === 'anonymous'
    return new GatewayError(
      'OPCUA_IDENTITY_REJECTED',
      anonymous
        ? `${wish.endpointUrl} does not let anybody in without user name and password`
        : `${wish.endpointUrl} does not accept user name and password at this security`,
      {
        retry: 'after-config-change',
        hint: anonymous ? 'Enter a user name and a password.' : 'Choose another security, or log in anonymously.',
        detail: { offered: [...new Set(kinds)].join(', ') },
      },
    )
  }
  if (wish.identity.type === 'password' && !isPasswordProtected(picked) && !wish.allowUnencryptedPassword) {
    return new GatewayError(
      'OPCUA_PASSWORD_UNPROTECTED',
      `The password for ${wish.endpointUrl} would travel readable through the network, so it was not sent`,
      {
        retry: 'after-config-change',
        hint: 'Choose the security SignAndEncrypt, or allow the unencrypted password in the settings of this server.',
      },
    )
  }
  return undefined
}

/** The token's own policy encrypts the password even on a channel that does not (Part 4, 7.40.2). */
export function isPasswordProtected(picked: PickedEndpoint): boolean {
  if (picked.securityMode === 'SignAndEncrypt') return true
  const tokens = picked.offered.identities.filter((i) => i.type === 'password')
  // Without a certificate of the server the library falls back to clear text, whatever the token policy says.
  if (tokens.length === 0 || !picked.offered.certificate?.length) return false
  return tokens.every((t) => (t.securityPolicy === '' ? picked.securityPolicy !== 'None' : t.securityPolicy !== 'None'))
}

/**
 * The URL to connect to: the server's path, but host and port the operator typed. Servers announce names that only they
 * can resolve, or the inner side of a router.
 */
export function reachableUrl(announced: string, typed: string): string {
  const typedUrl = new URL(typed)
  const path = typedUrl.pathname === '/' || typedUrl.pathname === '' ? pathOf(announced) : typedUrl.pathname
  return `opc.tcp://${typedUrl.host}${path === '/' ? '' : path}`
}

function pathOf(url: string): string {
  const match = /^opc\.tcp:\/\/[^/]+(\/.*)?$/.exec(url)
  return match?.[1] ?? ''
}

/** Default port of opc.tcp, IANA. */
const defaultPort = 4840

export function hostAndPort(endpointUrl: string): { readonly host: string; readonly port: number } {
  if (!URL.canParse(endpointUrl)) {
    throw new GatewayError('CONFIG_INVALID', `${endpointUrl} is not an address of a server`, {
      retry: 'after-config-change',
      hint: 'Write it like opc.tcp://host:4840, with a port from 1 to 65535.',
    })
  }
  const url = new URL(endpointUrl)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? defaultPort : Number(url.port) }
}
