import { compileGlob } from '../collect/opcua/select-pattern.ts'

// Names for groups: the shortest template that gives every machine another name, and the glob that finds exactly them.

/** Undefined when no template of up to three levels tells them apart. */
export function deviceTemplate(paths: readonly (readonly string[])[]): string | undefined {
  const templates = ['${browseName}', '${path[-2]}_${browseName}', '${path[-3]}_${path[-2]}_${browseName}']
  return templates.find((_, i) => {
    const names = paths.map((path) => path.slice(-(i + 1)).join('_'))
    return new Set(names).size === names.length && paths.every((path) => path.length > i)
  })
}

/** Undefined when it would find one of the strangers too, or a name holds what a glob means otherwise. */
export function globOver(
  paths: readonly (readonly string[])[],
  strangers: readonly (readonly string[])[],
): string | undefined {
  const [first] = paths
  if (!first || paths.some((path) => path.some((name) => /[*?/]/.test(name) || name === ''))) return undefined
  const levels = first.map((name, i) => {
    const names = paths.map((path) => path[i] ?? '')
    return names.every((other) => other === name) ? name : `${commonStart(names)}*`
  })
  const glob = levels.join('/')
  const pattern = compileGlob(glob)
  if (!pattern.ok || strangers.some((path) => pattern.value.matches(path))) return undefined
  return glob
}

function commonStart(names: readonly string[]): string {
  let start = names[0] ?? ''
  for (const name of names) while (!name.startsWith(start)) start = start.slice(0, -1)
  // `Motor_0*` would miss Motor_10.
  return start.replace(/\d+$/, '')
}
