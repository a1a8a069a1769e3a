import type { OpcuaConnectorConfig, OpcuaKeyConfig } from '../../../shared/config/opcua.ts'
import { opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import { type Said, said } from '../../../shared/said/said.ts'
import type { PlainValue, Sample, ValueType } from '../../../shared/sample.ts'
import { type Trial, tryMapping } from '../map/trial.ts'

export type TypedText =
  | { readonly ok: true; readonly value: PlainValue }
  /** `at`: character of the text, from 0. */
  | { readonly ok: false; readonly problem: Said; readonly at: number }

const whole = /^[+-]?\d+$/

/** A value as somebody types it, as the source would bring it. */
export function valueFromTyped(type: ValueType, text: string): TypedText {
  const trimmed = text.trim()
  switch (type) {
    case 'string':
      return { ok: true, value: text }
    case 'boolean':
      if (trimmed === 'true' || trimmed === 'false') return { ok: true, value: trimmed === 'true' }
      return { ok: false, problem: said('sample.boolean'), at: 0 }
    case 'integer':
      if (!whole.test(trimmed)) return { ok: false, problem: said('sample.integer'), at: badDigit(trimmed) }
      return { ok: true, value: Number.isSafeInteger(Number(trimmed)) ? Number(trimmed) : BigInt(trimmed) }
    case 'json':
      return { ok: true, value: text }
    default:
      return numberFrom(trimmed)
  }
}

function numberFrom(text: string): TypedText {
  if (text === 'NaN') return { ok: true, value: Number.NaN }
  const number = Number(text)
  if (text !== '' && !Number.isNaN(number)) return { ok: true, value: number }
  const start = /^[+-]?\d*(?:\.\d*)?(?:[eE][+-]?\d*)?/.exec(text)?.[0].length ?? 0
  return { ok: false, problem: said('sample.number'), at: start }
}

const badDigit = (text: string): number => /^[+-]?\d*/.exec(text)?.[0].length ?? 0

/** One key of one device against samples. */
export function tryKey(device: { name: string; profile: string }, key: OpcuaKeyConfig, sample: Sample): Trial {
  return tryMapping(serverWith([{ ...device, keys: [key] }]), [sample], sample.ts)
}

/** A server with these devices; what a key does to a value does not depend on the connection. */
export function serverWith(devices: OpcuaConnectorConfig['devices']): OpcuaConnectorConfig {
  return { ...trialServer, devices }
}

const trialServer = opcuaConnectorSchema.parse({
  type: 'opcua',
  id: 'trial',
  name: 'Trial',
  endpointUrl: 'opc.tcp://trial',
})

/** What a key shows before its first value: easy to tell from a measurement. */
export function placeholderOf(key: Pick<OpcuaKeyConfig, 'type'>): Pick<Sample, 'type' | 'value'> {
  switch (key.type) {
    case 'boolean':
      return { type: 'boolean', value: false }
    case 'string':
      return { type: 'string', value: '…' }
    case 'json':
      return { type: 'json', value: '{}' }
    case 'integer':
      return { type: 'integer', value: 0 }
    default:
      return { type: 'double', value: 0 }
  }
}
