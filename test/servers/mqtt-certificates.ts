import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface CertificateFiles {
  readonly dir: string
  /** PEM text by name: ca.crt, <name>.crt, <name>.key. */
  read(name: string): string
  path(name: string): string
  /** A certificate signed by the CA. `days` < 0: expired already. */
  issue(name: string, subject: string, altName: string, days?: number): void
  remove(): void
}

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A certificate authority in a temporary folder, made with the openssl command. */
export function makeAuthority(): CertificateFiles {
  const dir = mkdtempSync(join(tmpdir(), 'tbgw-ca-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=Test CA')
  writeFileSync(
    join(dir, 'ca.cnf'),
    '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index.txt\nserial=serial\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n',
  )
  writeFileSync(join(dir, 'index.txt'), '')
  writeFileSync(join(dir, 'serial'), '01\n')
  return {
    dir,
    read: (name) => readFileSync(join(dir, name), 'utf8'),
    path: (name) => join(dir, name),
    issue(name, subject, altName, days = 2) {
      openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`)
      writeFileSync(join(dir, `${name}.ext`), `subjectAltName=${altName}\n`)
      const hour = 3_600_000
      const from = Date.now() - (days < 0 ? 72 : 1) * hour
      const to = Date.now() + days * 24 * hour
      const dates = ['-startdate', asn1Time(from), '-enddate', asn1Time(to)]
      const files = ['-cert', 'ca.crt', '-keyfile', 'ca.key', '-in', `${name}.csr`, '-out', `${name}.crt`]
      openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', '-extfile', `${name}.ext`, ...dates, ...files)
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

function asn1Time(ms: number): string {
  return `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
}
