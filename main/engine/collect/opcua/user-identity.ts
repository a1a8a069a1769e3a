import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { UserTokenType } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { GatewayError } from '../../kit/gateway-error.ts'

/** Who logs in, as the library wants it. Rejects with CONFIG_INVALID when a file of an X.509 identity is not usable. */
export async function userIdentityOf({ identity }: Pick<OpcuaConnectorConfig, 'identity'>) {
  switch (identity.type) {
    case 'anonymous':
      return { type: UserTokenType.Anonymous } as const
    case 'password':
      return { type: UserTokenType.UserName, userName: identity.username, password: identity.password } as const
    case 'certificate': {
      const certificate = await readPem(identity.certFile, 'certificate')
      const privateKey = await readPem(identity.keyFile, 'key')
      return {
        type: UserTokenType.Certificate,
        certificateData: derOf(certificate, identity.certFile),
        privateKey,
      } as const
    }
  }
}

async function readPem(path: string, what: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new GatewayError('CONFIG_INVALID', `The ${what} of the user can not be read from ${path}`, {
      retry: 'after-config-change',
      hint: 'Check that the file is there and that the account the gateway runs under may read it.',
      cause: error,
    })
  }
  if (!text.includes('-----BEGIN ')) throw notPem(path, what)
  if (text.includes('ENCRYPTED')) {
    throw new GatewayError('CONFIG_INVALID', `The key in ${path} is protected by a password`, {
      retry: 'after-config-change',
      hint: 'Store it without one (openssl pkey -in FILE -out FILE2), readable for the account of the gateway only.',
    })
  }
  return text
}

function derOf(pem: string, path: string): Buffer {
  try {
    return new X509Certificate(pem).raw
  } catch {
    throw notPem(path, 'certificate')
  }
}

function notPem(path: string, what: string): GatewayError {
  return new GatewayError('CONFIG_INVALID', `${path} is not a ${what} in PEM form`, {
    retry: 'after-config-change',
    hint: 'A PEM file is text that begins with -----BEGIN.',
  })
}
