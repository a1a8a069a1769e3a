import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Locked {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

// A version whose platform packages the registry lacks is locked without them, and then `npm ci` refuses on every machine.
test('the lock file holds every optional dependency that a package in it names', () => {
  const root = join(import.meta.dirname, '../..')
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Locked
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !parents(path).some((parent) => `${parent}node_modules/${name}` in packages))
      .map((name) => `${path}: ${name}`),
  )
  expect(missing).toEqual([])
})

/** The folders npm looks in, from the package itself to the root. */
function parents(path: string): readonly string[] {
  const found = ['']
  for (const match of path.matchAll(/node_modules\/(?:@[^/]+\/)?[^/]+/g))
    found.push(`${path.slice(0, match.index + match[0].length)}/`)
  return found
}
