// npm run proof -- GROUP|all [--nightly]: the tests that prove the delivery contract, with their figures in one line each.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { groups } from './groups.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [name = '', ...flags] = process.argv.slice(2)
const nightly = flags.includes('--nightly')
const unknownFlag = flags.find((flag) => flag !== '--nightly')
if ((name !== 'all' && !Object.hasOwn(groups, name)) || unknownFlag) {
  process.stderr.write('npm run proof -- GROUP [--nightly]\n\n')
  for (const [group, { title }] of Object.entries(groups)) process.stderr.write(`  ${group.padEnd(12)}${title}\n`)
  process.stderr.write('  all         all of them, one after the other\n')
  process.exit(64)
}

/** What a group prints about itself: `name: figures`. */
const figures = /^(simulation|kill|failpoints|power loss|disk|damaged|chaos|outage)[^:]*: .*/gm
let failed = 0
for (const group of name === 'all' ? Object.keys(groups) : [name]) {
  const { title, tests, nightly: environment } = groups[group]
  process.stdout.write(`\n== ${group}: ${title}${nightly ? ' (nightly)' : ''}\n`)
  if (nightly)
    process.stdout.write(
      `${Object.entries(environment)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')}\n`,
    )
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const { status, stdout } = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', 'test/vitest.config.ts', ...tests],
    {
      cwd: root,
      env: { ...process.env, ...(nightly ? environment : {}) },
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 28,
    },
  )
  const output = stdout.toString()
  if (status !== 0) {
    failed++
    process.stdout.write(output)
  }
  for (const [line] of output.matchAll(figures)) process.stdout.write(`${line}\n`)
  process.stdout.write(status === 0 ? `${group}: proved\n` : `${group}: FAILED\n`)
}
process.exit(failed === 0 ? 0 : 1)
