import { readFile } from 'node:fs/promises'
import type { ConfigProblem, GatewayConfig } from '../../../shared/config/gateway.ts'
import { causeText } from '../kit/gateway-error.ts'

interface NamedFile {
  readonly path: string
  readonly file: string | undefined
}

/** Certificate and key files a configuration names: what of them can not be used, by field. Nothing is kept of them. */
export async function checkFiles(config: GatewayConfig): Promise<ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  for (const { path, file } of filesOf(config)) {
    const message = file === undefined ? undefined : await problemOf(file)
    if (message !== undefined) problems.push({ path, message })
  }
  return problems
}

async function problemOf(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    return text.includes('-----BEGIN ')
      ? undefined
      : `names ${file}, which holds no PEM text; convert it to PEM (it begins with -----BEGIN)`
  } catch (error) {
    return `names ${file}, which can not be read (${causeText(error)}); correct the path or its permissions`
  }
}

function filesOf({ thingsboard, connectors }: GatewayConfig): NamedFile[] {
  const files: NamedFile[] = []
  const add = (at: string, names: Readonly<Record<string, string | undefined>>) => {
    for (const [field, file] of Object.entries(names)) files.push({ path: `${at}.${field}`, file })
  }
  if (thingsboard?.tls.enabled) add('thingsboard.tls', { caFile: thingsboard.tls.caFile })
  if (thingsboard?.credentials.type === 'certificate') {
    const { certFile, keyFile } = thingsboard.credentials
    add('thingsboard.credentials', { certFile, keyFile })
  }
  connectors.forEach((connector, i) => {
    if (!connector.enabled) return
    const at = `connectors[${i}]`
    if (connector.type === 'mqtt') {
      const { enabled, caFile, certFile, keyFile } = connector.tls
      if (enabled) add(`${at}.tls`, { caFile, certFile, keyFile })
    } else if (connector.identity.type === 'certificate') {
      const { certFile, keyFile } = connector.identity
      add(`${at}.identity`, { certFile, keyFile })
    }
  })
  return files
}
