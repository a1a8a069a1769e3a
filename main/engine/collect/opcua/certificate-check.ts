import type { CertificateReport } from '../../../../shared/api/contract.ts'
import { type Said, sentencesOf } from '../../../../shared/said/said.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import { hostAndPort, isPasswordProtected, type PickedEndpoint } from './endpoint.ts'
import type { OpcuaServer } from './opcua-server.ts'
import type { Pki } from './pki.ts'

export interface CertificateVerdict {
  readonly report: CertificateReport | undefined
  /** Not fatal, but the operator should know, e.g. another host name. */
  readonly warnings: readonly Said[]
}

/** Rejects unless the certificate of the picked endpoint is trusted and valid. Without security there is none to check. */
export async function checkCertificate(
  server: OpcuaServer,
  picked: PickedEndpoint,
  pki: Pki,
): Promise<CertificateVerdict> {
  // An encrypted password on an open channel is only as safe as the key it is encrypted for.
  const passwordOnly =
    server.identity.type === 'password' && !server.allowUnencryptedPassword && isPasswordProtected(picked)
  if (picked.securityMode === 'None' && !passwordOnly) return { report: undefined, warnings: [] }
  const chain = picked.offered.certificate
  if (!chain || chain.length === 0) {
    throw new GatewayError(
      'OPCUA_CERTIFICATE_INVALID',
      `${server.endpointUrl} offers security but shows no certificate`,
      {
        retry: 'after-config-change',
        hint: 'Give the server a certificate, or connect without security.',
      },
    )
  }
  const { host } = hostAndPort(server.endpointUrl)
  let verdict: Awaited<ReturnType<Pki['judge']>>
  try {
    verdict = await pki.judge(chain, host)
  } catch (error) {
    throw new GatewayError('OPCUA_CERTIFICATE_INVALID', `The certificate of ${server.endpointUrl} can not be read`, {
      retry: 'after-config-change',
      hint: 'Have the server make a new certificate.',
      cause: error,
    })
  }
  if (verdict.status !== 'Good') throw certificateError(server, verdict.status, verdict.report)
  return { report: verdict.report, warnings: sentencesOf(verdict.report, 'warnings') }
}

/** An error about the server's certificate carries what is needed to trust it. */
function certificateError(server: OpcuaServer, status: string, report: CertificateReport): GatewayError {
  const detail = {
    statusCode: status,
    fingerprint: report.fingerprint,
    subject: report.subject,
    issuer: report.issuer,
    warnings: report.warnings.join('; '),
  }
  const retry = 'after-config-change'
  switch (status) {
    case 'BadCertificateUntrusted':
    case 'BadCertificateChainIncomplete':
    case 'BadCertificateRevocationUnknown':
      return new GatewayError(
        'OPCUA_CERTIFICATE_UNTRUSTED',
        `The certificate of ${server.endpointUrl} (${report.subject}) is not trusted yet`,
        {
          retry,
          hint: `Compare the fingerprint ${report.fingerprint} with the one at the server, then trust it.`,
          detail,
        },
      )
    case 'BadCertificateTimeInvalid':
    case 'BadCertificateIssuerTimeInvalid': {
      const words = report.warnings[0] ?? 'outside its dates'
      return new GatewayError('OPCUA_CERTIFICATE_EXPIRED', `The certificate of ${server.endpointUrl} is ${words}`, {
        retry,
        hint: 'Renew the certificate on the server, or set the clock right if it is wrong here or there.',
        detail,
      })
    }
    default:
      return new GatewayError(
        'OPCUA_CERTIFICATE_INVALID',
        `The certificate of ${server.endpointUrl} was refused: ${status}`,
        {
          retry,
          hint: 'Have the server make a new certificate and trust that one.',
          detail,
        },
      )
  }
}
