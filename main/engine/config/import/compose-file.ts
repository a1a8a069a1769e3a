import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import type { ImportReport } from './import-report.ts'
import type { Part } from './source-text.ts'
import { thingsboardOf } from './thingsboard-part.ts'

// docker-compose.yml as ThingsBoard's "launch command" gives it: the address and the sign-in are in the environment.

/** Names of the variables: today's, then those of the gateway's 2.x and 3.0 images. */
const variables = {
  host: ['TB_GW_HOST', 'host'],
  port: ['TB_GW_PORT', 'port'],
  type: ['TB_GW_SECURITY_TYPE', 'type'],
  token: ['TB_GW_ACCESS_TOKEN', 'accessToken'],
  username: ['TB_GW_USERNAME', 'username'],
  password: ['TB_GW_PASSWORD', 'password'],
  clientId: ['TB_GW_CLIENT_ID', 'clientId'],
  caCert: ['TB_GW_CA_CERT', 'caCert'],
  cert: ['TB_GW_CERT', 'cert'],
  privateKey: ['TB_GW_PRIVATE_KEY', 'privateKey'],
} as const

export function isCompose(root: Part): boolean {
  return root.get('services').isObject
}

export function readCompose(root: Part, report: ImportReport): ThingsboardConfig | undefined {
  let found: ThingsboardConfig | undefined
  for (const name of root.get('services').names) {
    const service = root.get('services').get(name)
    const environment = environmentOf(service.get('environment'))
    const hasGateway = [...environment.keys()].some((key) => key.startsWith('TB_GW_') || key === 'accessToken')
    if (!hasGateway) {
      report.interpreted(service, '', 'Not a ThingsBoard gateway; left alone.', name)
      continue
    }
    const part = (field: keyof typeof variables): Part =>
      variables[field].map((key) => environment.get(key)).find((p) => p !== undefined) ?? service.get('\u0000')
    found ??= thingsboardOf(
      {
        host: part('host'),
        port: part('port'),
        type: part('type'),
        token: part('token'),
        username: part('username'),
        password: part('password'),
        clientId: part('clientId'),
        caCert: part('caCert'),
        cert: part('cert'),
        privateKey: part('privateKey'),
      },
      report,
    )
    reportService(service, environment, report)
  }
  report.rest(root, ['services'], {
    version: 'Says how to read this file.',
    volumes: 'Not needed: the gateway has its own data folder.',
    networks: 'Not needed: the gateway runs on this PC itself.',
  })
  return found
}

/** As a map, or as a list of NAME=value. */
function environmentOf(part: Part): Map<string, Part> {
  const found = new Map<string, Part>()
  for (const name of part.names) found.set(name, part.get(name))
  for (const item of part.items) {
    const at = item.text.indexOf('=')
    if (at > 0) found.set(item.text.slice(0, at), item.valued(item.text.slice(at + 1)))
  }
  return found
}

const used: ReadonlySet<string> = new Set(Object.values(variables).flat())
const container = 'Belongs to the container; the gateway runs on this PC itself.'

function reportService(service: Part, environment: ReadonlyMap<string, Part>, report: ImportReport): void {
  for (const [name, part] of environment) {
    if (name === 'TB_GW_SECURITY_TYPE' || name === 'type') report.exact(part, part.text, part.text)
    else if (!used.has(name)) report.unsupported(part, 'This variable is not known; it has no effect here.', name)
  }
  for (const name of service.names) {
    if (name !== 'environment') report.interpreted(service.get(name), '', container)
  }
}
