import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { ImportReport } from '../import/import-report.ts'
import type { Part } from '../import/source-text.ts'
import { type Fate, tellFields } from './field-fates.ts'
import { secretText } from './secret-text.ts'

// `server` of an OPC UA connector file: address, sign-in, security and times.

/** The ThingsBoard gateway takes no shorter publishing interval. */
const shortestPublishingMs = 100
/** It divides the period of polling to whole seconds; 0 would read without a pause. */
const pollStepMs = 1000
/** How often it looks the mapping up again. */
const scanMs = 3_600_000
/** Policies its client library has. */
const policies: ReadonlySet<string> = new Set(['Basic256Sha256', 'Basic256', 'Basic128Rsa15'])

export function opcuaServer(connector: OpcuaConnectorConfig, part: Part, report: ImportReport): object {
  const polls = connector.mode === 'poll'
  const publishing = Math.max(shortestPublishingMs, connector.publishingIntervalMs)
  const poll = Math.max(pollStepMs, Math.ceil(connector.samplingIntervalMs / pollStepMs) * pollStepMs)
  report.exact(part.get('endpointUrl'), connector.endpointUrl)
  tellFields(part, fatesOf(connector, publishing, poll), report)
  for (const item of part.get('alternates').items) report.unsupported(item, 'It knows one address per server.')
  return {
    url: connector.endpointUrl,
    timeoutInMillis: connector.requestTimeoutMs,
    sessionTimeoutInMillis: connector.sessionTimeoutMs,
    scanPeriodInMillis: scanMs,
    enableSubscriptions: !polls,
    ...(polls ? { pollPeriodInMillis: poll } : { subCheckPeriodInMillis: publishing }),
    showMap: false,
    ...securityOf(connector, part, report),
  }
}

function fatesOf(connector: OpcuaConnectorConfig, publishing: number, poll: number) {
  const polls = connector.mode === 'poll'
  const unchanged = publishing === connector.publishingIntervalMs
  return {
    enabled: connector.enabled
      ? { exact: 'in the list of connectors' }
      : { as: 'a file that is not in the list', note: 'It has no switch: what is not listed does not run.' },
    requestTimeoutMs: { exact: `${connector.requestTimeoutMs} ms` },
    sessionTimeoutMs: { exact: `${connector.sessionTimeoutMs} ms` },
    mode:
      connector.mode === 'auto'
        ? { exact: 'subscribes' }
        : polls
          ? { as: `reads every ${poll} ms`, note: 'Whole seconds; imported again the server samples at this rate.' }
          : { as: 'subscribes', note: 'Imported again it may read in turn where the server can do no subscriptions.' },
    publishingIntervalMs: polls
      ? { as: '', note: 'Nothing is published: it reads in turn.' }
      : unchanged
        ? { exact: `${publishing} ms` }
        : { as: `${publishing} ms`, note: `It takes nothing below ${shortestPublishingMs} ms.` },
    samplingIntervalMs: polls
      ? { as: `${poll} ms`, note: 'Whole seconds.' }
      : { as: '', note: 'The server samples as fast as it can; imported again it is the publishing interval.' },
    queueSize: { not: 'The server keeps one value between two reports: what changes faster is lost there.' },
    keepAliveMs: { as: '', note: 'It watches its subscriptions only when it looks the mapping up again.' },
    lifetimeMs: { as: '', note: 'Its library chooses it.' },
    resume: connector.resume
      ? { not: 'After a restart it begins anew: values of that time are lost.' }
      : { exact: 'begins anew' },
    backfill: connector.backfill
      ? { not: 'It reads nothing from the history of the server.' }
      : { exact: 'no history' },
    allowDeprecatedUntil: { as: '', note: 'It uses the policy that is set, broken or not.' },
    allowUnencryptedPassword: { as: '', note: 'It sends a password the way the server asks for it.' },
  }
}

function securityOf(connector: OpcuaConnectorConfig, part: Part, report: ImportReport): object {
  const { identity, securityMode, securityPolicy } = connector
  const isOpen = securityMode === 'None' || securityPolicy === 'None'
  if (identity.type === 'certificate') {
    const policy = policies.has(securityPolicy) ? securityPolicy : 'Basic256Sha256'
    const mode = securityMode === 'Sign' ? 'Sign' : 'SignAndEncrypt'
    const { certFile, keyFile } = identity
    const note =
      'One certificate signs in and secures the connection there; imported again the strongest security is chosen.'
    report.interpreted(part.get('identity'), `${certFile}, ${keyFile}`, note, 'certificate')
    tellFields(part, { securityMode: { as: mode, note }, securityPolicy: { as: policy, note } }, report)
    return { security: policy, identity: { type: 'cert.PEM', cert: certFile, privateKey: keyFile, mode } }
  }
  const isSame = isOpen && identity.type === 'anonymous'
  const note = 'It encrypts only when it signs in by certificate; imported again the strongest security is chosen.'
  const fate = (value: string): Fate =>
    isSame && value === 'None'
      ? { exact: 'None' }
      : { as: 'None', note: isSame ? '' : isOpen ? 'Imported again the strongest is chosen.' : note }
  tellFields(part, { securityMode: fate(securityMode), securityPolicy: fate(securityPolicy) }, report)
  if (identity.type === 'anonymous') {
    report.exact(part.get('identity'), 'anonymous', 'anonymous')
    return { ...(isSame && { security: 'None' }), identity: { type: 'anonymous' } }
  }
  const at = part.get('identity')
  report.exact(at.get('username'), `user ${identity.username}`)
  const password = secretText(identity.password, 'PASSWORD', at.get('password'), report)
  return { identity: { type: 'username', username: identity.username, password } }
}
