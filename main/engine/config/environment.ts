import { type ConfigProblem, type GatewayConfig, toProblems } from '../../../shared/config/gateway.ts'
import { type Credentials, thingsboardSchema } from '../../../shared/config/thingsboard.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Overridden {
  readonly config: GatewayConfig
  /** Variables in force, for the log and the UI: what they say can not be changed in a form. */
  readonly applied: readonly string[]
  readonly problems: readonly ConfigProblem[]
}

const names = [
  'TB_GW_HOST',
  'TB_GW_PORT',
  'TB_GW_SECURITY_TYPE',
  'TB_GW_ACCESS_TOKEN',
  'TB_GW_USERNAME',
  'TB_GW_PASSWORD',
  'TB_GW_CLIENT_ID',
  'TB_GW_CA_CERT',
  'TB_GW_CERT',
  'TB_GW_PRIVATE_KEY',
] as const
type Variable = (typeof names)[number]

/** Security types of the ThingsBoard gateway; the type only matters where the other variables leave a choice. */
const securityTypes: Readonly<Record<string, Credentials['type']>> = {
  accessToken: 'token',
  tlsAccessToken: 'token',
  usernamePassword: 'password',
  tlsPrivateKey: 'certificate',
  x509Certificate: 'certificate',
}
const tlsPort = 8883

/**
 * The TB_GW_* variables of the ThingsBoard gateway over the `thingsboard` section of the file (environment wins). When they
 * do not make sense the file stays in force and the problem names the variable.
 */
export function applyEnvironment(config: GatewayConfig, environment: Environment): Overridden {
  const given = names.filter((name) => environment[name] !== undefined && environment[name] !== '')
  if (given.length === 0) return { config, applied: [], problems: [] }
  const value = (name: Variable): string | undefined => environment[name] || undefined
  const before = config.thingsboard
  const host = value('TB_GW_HOST') ?? before?.host
  if (host === undefined) {
    return {
      config,
      applied: [],
      problems: [{ path: given.join(', '), message: 'is set without TB_GW_HOST; set the host too' }],
    }
  }
  const credentials = credentialsFrom(value, before?.credentials)
  if ('message' in credentials) return { config, applied: [], problems: [credentials] }
  const port = value('TB_GW_PORT') === undefined ? before?.port : Number(value('TB_GW_PORT'))
  const secured =
    port === tlsPort || value('TB_GW_CA_CERT') !== undefined || /^tls/.test(value('TB_GW_SECURITY_TYPE') ?? '')
  const parsed = thingsboardSchema.safeParse({
    ...before,
    host,
    ...(port !== undefined && { port }),
    credentials,
    tls: {
      ...before?.tls,
      ...(secured && { enabled: true }),
      ...(value('TB_GW_CA_CERT') !== undefined && { caFile: value('TB_GW_CA_CERT') }),
    },
  })
  if (parsed.success) return { config: { ...config, thingsboard: parsed.data }, applied: given, problems: [] }
  const problems = toProblems(parsed.error).map(({ path, message }) => ({ path: variableOf(path), message }))
  return { config, applied: [], problems }
}

function credentialsFrom(
  value: (name: Variable) => string | undefined,
  before: Credentials | undefined,
): Credentials | ConfigProblem {
  const wanted = value('TB_GW_SECURITY_TYPE')
  const [token, username] = [value('TB_GW_ACCESS_TOKEN'), value('TB_GW_USERNAME')]
  const [certFile, keyFile] = [value('TB_GW_CERT'), value('TB_GW_PRIVATE_KEY')]
  if (wanted !== undefined && !Object.hasOwn(securityTypes, wanted)) {
    return { path: 'TB_GW_SECURITY_TYPE', message: `must be one of ${Object.keys(securityTypes).join(', ')}` }
  }
  const guessed = token ? 'token' : username ? 'password' : certFile && keyFile ? 'certificate' : before?.type
  const type = wanted === undefined ? guessed : securityTypes[wanted]
  switch (type) {
    case 'token': {
      const text = token ?? (before?.type === 'token' ? before.token : undefined)
      return text === undefined ? lacking('TB_GW_ACCESS_TOKEN') : { type, token: text }
    }
    case 'password': {
      const stored = before?.type === 'password' ? before : undefined
      const name = username ?? stored?.username
      if (name === undefined) return lacking('TB_GW_USERNAME')
      const [password, clientId] = [
        value('TB_GW_PASSWORD') ?? stored?.password,
        value('TB_GW_CLIENT_ID') ?? stored?.clientId,
      ]
      return {
        type,
        username: name,
        ...(password !== undefined && { password }),
        ...(clientId !== undefined && { clientId }),
      }
    }
    case 'certificate': {
      const stored = before?.type === 'certificate' ? before : undefined
      const [cert, key] = [certFile ?? stored?.certFile, keyFile ?? stored?.keyFile]
      if (cert === undefined) return lacking('TB_GW_CERT')
      return key === undefined ? lacking('TB_GW_PRIVATE_KEY') : { type, certFile: cert, keyFile: key }
    }
    default:
      return lacking('TB_GW_ACCESS_TOKEN')
  }
}

const lacking = (path: Variable): ConfigProblem => ({
  path,
  message: 'is not set, and the file does not say it either; set it',
})

function variableOf(path: string): string {
  const known: Readonly<Record<string, Variable>> = {
    host: 'TB_GW_HOST',
    port: 'TB_GW_PORT',
    'tls.caFile': 'TB_GW_CA_CERT',
    'credentials.token': 'TB_GW_ACCESS_TOKEN',
    'credentials.username': 'TB_GW_USERNAME',
    'credentials.password': 'TB_GW_PASSWORD',
    'credentials.clientId': 'TB_GW_CLIENT_ID',
    'credentials.certFile': 'TB_GW_CERT',
    'credentials.keyFile': 'TB_GW_PRIVATE_KEY',
  }
  return known[path] ?? `TB_GW_* (thingsboard.${path})`
}
