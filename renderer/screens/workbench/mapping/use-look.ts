import { useEffect, useMemo, useState } from 'react'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import { lookLimit } from '../../../../shared/api/mapping-requests.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { type Group, isConstantTopic, keyId, type MappingRows, nameOf } from './mapping-model.ts'

type Look = RequestOutput<'mapping.look'>
export type DeviceLook = Look['devices'][number]
type KeyLook = Look['keys'][number]

export interface VisibleLook {
  readonly device: (name: string) => DeviceLook | undefined
  readonly key: (device: string, key: string) => KeyLook | undefined
}

/** Values are asked for the rows on screen only, this often, and once scrolling has paused. */
const everyMs = 1000
const settleMs = 120

export function useLook(rows: MappingRows, first: number, end: number): VisibleLook {
  const visible = useSettled(rows, first, end)
  const question = useMemo(() => questionOf(visible.rows, visible.first, visible.end), [visible])
  const { value } = useLiveQuery('mapping.look', question, everyMs)
  return useMemo(() => {
    const devices = new Map<string, DeviceLook>()
    const keys = new Map<string, KeyLook>()
    // An answer to the question before has other rows; its lengths tell.
    if (value?.devices.length === question.devices.length && value.keys.length === question.keys.length) {
      for (const [at, name] of question.devices.entries()) devices.set(name, value.devices[at]!)
      for (const [at, { device, key }] of question.keys.entries()) keys.set(keyId(device, key), value.keys[at]!)
    }
    return { device: (name) => devices.get(name), key: (device, key) => keys.get(keyId(device, key)) }
  }, [value, question])
}

function questionOf(
  rows: MappingRows,
  first: number,
  end: number,
): { devices: string[]; keys: { device: string; key: string }[] } {
  const devices = new Set<string>()
  const keys: { device: string; key: string }[] = []
  for (let row = first; row < Math.min(end, first + lookLimit); row += 1) {
    const group = rows.group(row)
    if (!group || !isOneDevice(group)) continue
    const key = rows.key(row)
    if (key) keys.push({ device: nameOf(group), key: key.key })
    else devices.add(nameOf(group))
  }
  return { devices: [...devices], keys }
}

/** A topic whose device depends on the message has no values of its own: its devices have rows. */
export function isOneDevice(group: Group): boolean {
  return group.kind !== 'topic' || isConstantTopic(group.topic)
}

function useSettled(rows: MappingRows, first: number, end: number) {
  const [settled, setSettled] = useState({ rows, first, end })
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ rows, first, end }), settleMs)
    return () => clearTimeout(timer)
  }, [rows, first, end])
  return settled
}
