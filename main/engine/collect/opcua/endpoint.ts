import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { GatewayError } from '../../kit/gateway-error.ts'

// Which of the endpoints a server offers is used; pure. Explicit wishes are never downgraded.

type SecurityModeName = 'None' | 'Sign' | 'SignAndEncrypt'
type SecurityPolicyName =
  | 'None'
  | 'Basic256Sha256'
  | 'Aes128_Sha256_RsaOaep'
  | 'Aes256_Sha256_RsaPss'
  | 'Basic256'
  | 'Basic128Rsa15'

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
  /** Only possible because of `allowDeprecatedUntil`. */
  readonly deprecated: boolean
  /** The whole list it was picked from, to be compared with what the server says on the secured channel. */
  readonly all: readonly OfferedEndpoint[]
}

/** Strongest first. */
const policies: readonly SecurityPolicyName[] = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256']
/** Use SHA-1, deprecated since OPC UA 1.04; spoken only while an explicit switch with a last day allows it. */
const deprecatedPolicies: readonly SecurityPolicyName[] = ['Basic256', 'Basic128Rsa15']
const modes: readonly SecurityModeName[] = ['SignAndEncrypt', 'Sign']

type Wish = Pick<
  OpcuaConnectorConfig,
  'endpointUrl' | 'securityMode' | 'securityPolicy' | 'identity' | 'allowUnencryptedPassword' | 'allowDeprecatedUntil'
>

/** The strongest endpoint that satisfies the wish and takes the identity; rejects (throws) with the reason otherwise. */
export function pickEndpoint(
  offered: readonly OfferedEndpoint[],
  wish: Wish,
  now: number = Date.now(),
): PickedEndpoint {
  let problem: GatewayError | undefined
  for (const candidate of candidates(offered, wish, now)) {
    const refusal = identityProblem(candidate, wish)
    if (!refusal) return candidate
    problem ??= refusal
  }
  throw problem ?? onlyDeprecated(offered, wish, now) ?? notOffered(offered, wish)
}

/** ms since the epoch; the day itself is still allowed. */
function deprecatedEnd({ allowDeprecatedUntil }: Wish): number {
  return allowDeprecatedUntil === undefined ? 0 : Date.parse(`${allowDeprecatedUntil}T23:59:59.999Z`)
}

function* candidates(offered: readonly OfferedEndpoint[], wish: Wish, now: number): Generator<PickedEndpoint> {
  for (const securityMode of [...modes, 'None'] as const) {
    if (wish.securityMode !== 'auto' && wish.securityMode !== securityMode) continue
    const spoken = now <= deprecatedEnd(wish) ? [...policies, ...deprecatedPolicies] : policies
    for (const securityPolicy of securityMode === 'None' ? (['None'] as const) : spoken) {
      if (wish.securityPolicy !== 'auto' && wish.securityPolicy !== securityPolicy) continue
      const found = offered.find((e) => e.securityMode === securityMode && e.securityPolicy === securityPolicy)
      const unsecured = securityMode === 'None' && wish.securityMode === 'auto'
      const deprecated = deprecatedPolicies.includes(securityPolicy)
      if (found) yield { securityMode, securityPolicy, offered: found, unsecured, deprecated, all: offered }
    }
  }
}

/** The server has nothing newer, or the operator asked for it: the way out is named, with its end. */
function onlyDeprecated(offered: readonly OfferedEndpoint[], wish: Wish, now: number): GatewayError | undefined {
  const old = offered.filter((e) => deprecatedPolicies.some((policy) => policy === e.securityPolicy))
  const wanted = wish.securityPolicy === 'auto' || deprecatedPolicies.includes(wish.securityPolicy)
  if (old.length === 0 || !wanted || wish.securityMode === 'None' || now <= deprecatedEnd(wish)) return undefined
  const list = [...new Set(old.map((e) => e.securityPolicy))].join(' and ')
  const expired = wish.allowDeprecatedUntil !== undefined
  return new GatewayError(
    'OPCUA_SECURITY_DEPRECATED',
    expired
      ? `${wish.endpointUrl} offers only ${list}, and the permission for these deprecated policies ended on ${wish.allowDeprecatedUntil}`
      : `${wish.endpointUrl} offers no security but ${list}, which is deprecated because it is based on SHA-1`,
    {
      retry: 'after-config-change',
      hint: 'Update the server or switch on Basic256Sha256 there. Until that is done, allow deprecated policies up to a day in the settings.',
    },
  )
}

/**
 * The list of the secured channel against the one that came unprotected before (Part 4, 5.7.2): somebody on the way may have
 * taken the stronger endpoints out. Undefined when nothing stronger was hidden. A list that is not there proves nothing.
 */
export function strippedEndpoint(picked: PickedEndpoint, confirmed: readonly OfferedEndpoint[]): string | undefined {
  const known = new Set(picked.all.map((e) => nameOf(e.securityMode, e.securityPolicy)))
  const hidden = confirmed.find(
    (e) => !known.has(nameOf(e.securityMode, e.securityPolicy)) && strengthOf(e) > strengthOf(picked),
  )
  return hidden && nameOf(hidden.securityMode, hidden.securityPolicy)
}

function strengthOf({ securityMode, securityPolicy }: { securityMode: string; securityPolicy: string }): number {
  const modeOrder: readonly string[] = modes
  const policyOrder: readonly string[] = [...policies, ...deprecatedPolicies]
  const [mode, policy] = [modeOrder.indexOf(securityMode), policyOrder.indexOf(securityPolicy)]
  if (mode < 0 || policy < 0) return 0
  return (modeOrder.length - mode) * 100 + (policyOrder.length - policy)
}

/** The address the server gives itself where it differs from the one typed; that one is used all the same. */
export function announcedElsewhere(picked: PickedEndpoint, typed: string): string | undefined {
  const { url } = picked.offered
  if (!URL.canParse(url)) return url || undefined
  return new URL(url).host.toLowerCase() === new URL(typed).host.toLowerCase() ? undefined : new URL(url).host
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
        : `${wish.endpointUrl} does not accept ${wish.identity.type === 'certificate' ? 'certificates of users' : 'user name and password'} at this security`,
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
