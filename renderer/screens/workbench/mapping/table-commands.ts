import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { edit } from './edit.ts'
import type { KeyColumn } from './key-columns.ts'
import { duplicateDevice, type KeyPatch, pasteKeys, patchDevices, patchKeys, removeRows } from './mapping-edits.ts'
import { keysOf, type MappingKey, type MappingRows, nameOf, type RowRef } from './mapping-model.ts'
import { usePane } from './pane-store.ts'

// The commands of the table: each is one edit of the draft with the words that undo will show.

export function rename(rows: MappingRows, row: number, name: string): Promise<boolean> {
  const group = rows.group(row)
  const ref = rows.ref(row)
  if (!group || !ref || isMade(ref)) return Promise.resolve(false)
  const key = rows.key(row)
  const before = key?.key ?? nameOf(group)
  if (before === name) return Promise.resolve(true)
  const label = key ? text.labels.renameKey(before, name) : text.labels.rename(before, name)
  return edit(label, (config) =>
    key ? patchKeys(config, [ref], { key: name }) : patchDevices(config, [ref], { name }),
  )
}

export function setProfile(rows: MappingRows, refs: readonly RowRef[], row: number, profile: string): Promise<boolean> {
  const group = rows.group(row)
  if (!group) return Promise.resolve(false)
  const devices = refs.filter((ref) => ref.keyAt < 0 && !isMade(ref))
  const label =
    devices.length === 1 ? text.labels.profile(nameOf(group), profile) : text.labels.profiles(devices.length, profile)
  return edit(label, (config) => patchDevices(config, devices, { profile }))
}

export function setField(
  rows: MappingRows,
  refs: readonly RowRef[],
  row: number,
  column: KeyColumn,
  patch: KeyPatch,
): Promise<boolean> {
  const all = keyRefs(refs, column)
  const name = rows.key(row)?.key ?? ''
  const label = all.length === 1 ? text.labels.set(column.title, name) : text.labels.setMany(column.title, all.length)
  return edit(label, (config) => patchKeys(config, all, patch))
}

/** Keys among the rows that can be changed here; a device stands for its keys. Keys of topics have no OPC UA fields. */
export function keyRefs(refs: readonly RowRef[], column?: KeyColumn): RowRef[] {
  return refs.filter((ref) => ref.keyAt >= 0 && !isMade(ref) && !(column?.opcuaOnly && ref.kind === 'topic'))
}

/** What a rule made is changed in the rule. */
function isMade({ kind }: RowRef): boolean {
  return kind === 'made'
}

export async function remove(rows: MappingRows, chosen: readonly RowRef[]): Promise<void> {
  const refs = chosen.filter((ref) => !isMade(ref))
  const [first] = refs
  if (!first) {
    if (chosen.length > 0) usePane.setState({ notice: text.made.readOnly })
    return
  }
  const devices = refs.filter(({ keyAt }) => keyAt < 0).length
  const group = rows.groupOf(first)
  const name = group ? (keysOf(group)[first.keyAt]?.key ?? nameOf(group)) : ''
  const label = refs.length === 1 ? text.labels.remove(name) : text.labels.removeMany(devices, refs.length - devices)
  await edit(label, (config) => removeRows(config, refs))
}

export async function duplicate(rows: MappingRows, row: number): Promise<void> {
  const group = rows.group(row)
  const ref = rows.ref(row)
  if (group?.kind !== 'device' || !ref) return
  await edit(text.labels.duplicate(group.device.name), (config) => duplicateDevice(config, ref))
}

/** Says in the clipboard what it is, so that other text is not taken for it. */
const clipboardKind = 'tb-gateway/keys'

export function copied(rows: MappingRows, refs: readonly RowRef[]): string {
  const keys = refs.flatMap((ref) => {
    const group = rows.groupOf(ref)
    if (!group) return []
    const key = keysOf(group)[ref.keyAt]
    return key ? [key] : keysOf(group)
  })
  return JSON.stringify({ kind: clipboardKind, keys }, null, 1)
}

export async function paste(rows: MappingRows, row: number, content: string): Promise<void> {
  const group = rows.group(row)
  const ref = rows.ref(row)
  const keys = pastedKeys(content, group?.kind === 'topic')
  if (!group || !ref || keys.length === 0) return
  if (isMade(ref)) {
    usePane.setState({ notice: text.made.readOnly })
    return
  }
  await edit(text.labels.paste(keys.length, nameOf(group)), (config) => pasteKeys(config, ref, keys))
}

/** Only keys of the same kind: a node is no path in a payload. */
function pastedKeys(content: string, isTopic: boolean): MappingKey[] {
  try {
    const parsed: unknown = JSON.parse(content)
    if (typeof parsed !== 'object' || parsed === null || !('kind' in parsed) || !('keys' in parsed)) return []
    if (parsed.kind !== clipboardKind || !Array.isArray(parsed.keys)) return []
    return (parsed.keys as MappingKey[]).filter((key) => 'node' in key !== isTopic)
  } catch {
    return []
  }
}
