import type * as z from 'zod'
import { type ThingsboardConfig, thingsboardSchema } from '../../../../shared/config/thingsboard.ts'
import { said } from '../../../../shared/said/said.ts'
import type { ImportReport } from './import-report.ts'
import type { Part } from './source-text.ts'

// Address and sign-in, from whichever file or text says them.

type ThingsboardInput = z.input<typeof thingsboardSchema>

const tlsPort = 8883
/** How a container says "the PC I run on". */
const ownPcNames = new Set([
  'host.docker.internal',
  'host.containers.internal',
  'gateway.docker.internal',
  '172.17.0.1',
])

export const ownPcNote =
  'This name means "the PC that runs the container". The gateway runs on this PC itself, so it is 127.0.0.1 here.'

/** A host as this PC can use it. */
export function hostFor(host: string): { readonly host: string; readonly isOwnPc: boolean } {
  const isOwnPc = ownPcNames.has(host.toLowerCase())
  return { host: isOwnPc ? '127.0.0.1' : host, isOwnPc }
}

/** What the different files have in common, each part with its place. */
export interface ThingsboardParts {
  readonly host: Part
  readonly port: Part
  readonly type?: Part
  readonly token: Part
  readonly username: Part
  readonly password: Part
  readonly clientId: Part
  readonly caCert: Part
  readonly cert: Part
  readonly privateKey: Part
  readonly tls?: Part
  readonly insecure?: Part
}

/** Undefined when there is no host, or what there is makes no sense; the report says why. */
export function thingsboardOf(parts: ThingsboardParts, report: ImportReport): ThingsboardConfig | undefined {
  if (parts.host.text === '') {
    if (parts.token.exists) report.unsupported(parts.token, 'There is no host to use it with.')
    return undefined
  }
  const { host, isOwnPc } = hostFor(parts.host.text)
  const port = parts.port.number ?? 1883
  const isEncrypted =
    parts.tls?.flag === true ||
    port === tlsPort ||
    parts.caCert.text !== '' ||
    /^(tls|x509)/i.test(parts.type?.text ?? '')
  const credentials = credentialsOf(parts, report)
  if (!credentials) return undefined
  const candidate: ThingsboardInput = {
    host,
    port,
    tls: { enabled: isEncrypted, ...(parts.caCert.text && { caFile: parts.caCert.text }) },
    credentials,
  }
  const checked = thingsboardSchema.safeParse(candidate)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const at = issue?.path[0] === 'port' ? parts.port : parts.host
    report.unsupported(at, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim())
    return undefined
  }
  if (isOwnPc) report.interpreted(parts.host, host, ownPcNote)
  else report.exact(parts.host, host)
  if (parts.port.exists) report.exact(parts.port, isEncrypted ? said('became.portEncrypted', { port }) : String(port))
  if (parts.caCert.text) report.interpreted(parts.caCert, parts.caCert.text, fileNote)
  if (parts.tls?.exists) report.exact(parts.tls, said(isEncrypted ? 'became.encrypted' : 'became.notEncrypted'))
  if (parts.insecure?.flag === true) {
    report.unsupported(
      parts.insecure,
      'A server that can not prove who it is, is never trusted. Name its CA file instead.',
    )
  }
  return checked.data
}

export const fileNote = 'Files are named, not carried along: check that this path exists on this PC.'

function credentialsOf(parts: ThingsboardParts, report: ImportReport): ThingsboardInput['credentials'] | undefined {
  const { token, username, password, clientId, cert, privateKey, type } = parts
  const wanted = type?.text.toLowerCase() ?? ''
  const isCertificate = wanted === 'tlsprivatekey' || wanted === 'x509certificate'
  if (token.text !== '' && !isCertificate && wanted !== 'usernamepassword') {
    if (/^(YOUR_|PUT_|<)/i.test(token.text))
      report.interpreted(token, said('became.accessToken'), 'This is a placeholder: put in the real token.')
    else report.exact(token, said('became.accessToken'), '••••')
    leftOver(report, username, password, clientId)
    return { type: 'token', token: token.text }
  }
  if (username.text !== '' && !isCertificate) {
    report.exact(username, username.text)
    if (password.text !== '') report.exact(password, said('became.password'), '••••')
    if (clientId.text !== '') report.exact(clientId, clientId.text)
    return {
      type: 'password',
      username: username.text,
      ...(password.text !== '' && { password: password.text }),
      ...(clientId.text !== '' && { clientId: clientId.text }),
    }
  }
  if (cert.text !== '' && privateKey.text !== '') {
    report.interpreted(cert, cert.text, fileNote)
    report.interpreted(privateKey, privateKey.text, fileNote, privateKey.text)
    return { type: 'certificate', certFile: cert.text, keyFile: privateKey.text }
  }
  report.unsupported(
    type?.exists ? type : parts.host,
    'There is no access token, user name or certificate to sign in with.',
  )
  return undefined
}

function leftOver(report: ImportReport, ...parts: readonly Part[]): void {
  for (const part of parts) {
    if (part.text !== '') report.interpreted(part, '', 'Not used: the access token signs in.', '••••')
  }
}
