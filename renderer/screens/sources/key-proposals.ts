import type { OpcuaDraft } from '../../stores/source-drafts.ts'

// From variables picked in the tree to devices with keys. Pure.

export interface PickedVariable {
  readonly nodeId: string
  readonly name: string
  /** The folder or object the variable was found in. */
  readonly folder: string
  /** Its VariableType, shown until its value has told more. */
  readonly typeName: string
}

export type Grouping = 'one' | 'folder'

export interface ProposedKey {
  readonly nodeId: string
  readonly device: string
  readonly key: string
}

const nameLimit = 255

/** The name a new device gets when all picked variables share a folder; else the source's own name. */
export function proposedDeviceName(picked: readonly PickedVariable[], sourceName: string): string {
  const first = picked[0]
  if (!first) return ''
  return picked.every((variable) => variable.folder === first.folder)
    ? cleanName(first.folder) || sourceName
    : sourceName
}

/**
 * One key per variable. Names are unique per device: equal names from different folders get the folder in front, what is
 * still equal gets a number. `renamed` (by NodeId) wins.
 */
export function proposeKeys(
  picked: readonly PickedVariable[],
  grouping: Grouping,
  deviceName: string,
  renamed: ReadonlyMap<string, string>,
  devices: OpcuaDraft['devices'],
): ProposedKey[] {
  const deviceOf = (variable: PickedVariable): string =>
    grouping === 'one' ? deviceName : cleanName(variable.folder) || deviceName
  const counts = new Map<string, number>()
  for (const variable of picked) {
    const name = `${deviceOf(variable)}\u0000${cleanName(variable.name)}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const used = new Map<string, Set<string>>()
  for (const device of devices ?? []) used.set(device.name, new Set(device.keys?.map((key) => key.key)))

  return picked.map((variable) => {
    const device = deviceOf(variable)
    const taken = used.get(device) ?? new Set()
    used.set(device, taken)
    const plain = cleanName(variable.name)
    const several = (counts.get(`${device}\u0000${plain}`) ?? 0) > 1
    const wanted = several ? cleanName(`${variable.folder}.${variable.name}`) : plain
    const key = renamed.get(variable.nodeId) ?? unique(wanted, taken)
    taken.add(key)
    return { nodeId: variable.nodeId, device, key }
  })
}

/** Adds the keys to the draft: to a device of that name, else to a new one with `profile`. */
export function addProposals(draft: OpcuaDraft, proposals: readonly ProposedKey[], profile: string): OpcuaDraft {
  const devices = (draft.devices ?? []).map((device) => ({ ...device, keys: [...(device.keys ?? [])] }))
  const byName = new Map(devices.map((device) => [device.name, device]))
  for (const { nodeId, device: name, key } of proposals) {
    let device = byName.get(name)
    if (!device) {
      device = { name, profile: profile || 'default', keys: [] }
      byName.set(name, device)
      devices.push(device)
    }
    device.keys.push({ key, node: nodeId })
  }
  return { ...draft, devices }
}

export function collectedNodes(draft: OpcuaDraft): Set<string> {
  const nodes = new Set<string>()
  for (const device of draft.devices ?? []) for (const key of device.keys ?? []) nodes.add(key.node)
  return nodes
}

function unique(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  for (let n = 2; ; n += 1) {
    const name = `${wanted.slice(0, nameLimit - 6)}_${n}`
    if (!taken.has(name)) return name
  }
}

/** No control characters, no space around, at most what ThingsBoard takes. */
function cleanName(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, nameLimit)
}
