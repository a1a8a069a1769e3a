import type { OpcuaDraft } from '../../stores/source-drafts.ts'

export type DeviceDraft = NonNullable<OpcuaDraft['devices']>[number]
export type KeyDraft = NonNullable<DeviceDraft['keys']>[number]

/** One row of the devices-and-keys table: a device, or a key below it. `keyAt` -1 = the device itself. */
export interface KeyTableRow {
  readonly deviceAt: number
  readonly keyAt: number
  readonly device: DeviceDraft
  readonly key: KeyDraft | undefined
}

/** Devices with their keys as one list. A device that matches shows all its keys, otherwise only the matching ones. */
export function keyTableRows(devices: readonly DeviceDraft[], filter: string): KeyTableRow[] {
  const wanted = filter.trim().toLowerCase()
  const rows: KeyTableRow[] = []
  devices.forEach((device, deviceAt) => {
    const whole = wanted === '' || device.name.toLowerCase().includes(wanted)
    const keys: KeyTableRow[] = []
    device.keys?.forEach((key, keyAt) => {
      if (whole || key.key.toLowerCase().includes(wanted) || key.node.toLowerCase().includes(wanted)) {
        keys.push({ deviceAt, keyAt, device, key })
      }
    })
    if (!whole && keys.length === 0) return
    rows.push({ deviceAt, keyAt: -1, device, key: undefined })
    for (const row of keys) rows.push(row)
  })
  return rows
}

/** A copy with one device changed; undefined removes it. */
export function withDevice(draft: OpcuaDraft, at: number, device: DeviceDraft | undefined): OpcuaDraft {
  const devices = [...(draft.devices ?? [])]
  if (device) devices[at] = device
  else devices.splice(at, 1)
  return { ...draft, devices }
}

/** A copy with one key changed; undefined removes it. */
export function withKey(draft: OpcuaDraft, deviceAt: number, keyAt: number, key: KeyDraft | undefined): OpcuaDraft {
  const device = draft.devices?.[deviceAt]
  if (!device) return draft
  const keys = [...(device.keys ?? [])]
  if (key) keys[keyAt] = key
  else keys.splice(keyAt, 1)
  return withDevice(draft, deviceAt, { ...device, keys })
}
