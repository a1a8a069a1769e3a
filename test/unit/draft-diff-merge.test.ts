import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withText } from '../../main/engine/config/draft/change-text.ts'
import { findChanges } from '../../main/engine/config/draft/diff.ts'
import { DraftCheck } from '../../main/engine/config/draft/draft-check.ts'
import { mergeConfigs } from '../../main/engine/config/draft/merge.ts'
import { revertSteps } from '../../main/engine/config/draft/revert.ts'
import { checkConfig } from '../../main/engine/config/load.ts'
import { applySteps } from '../../shared/config/edit-steps.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'
import { isSame } from '../../shared/config/identity.ts'
import { stepsBetween } from '../../shared/config/steps-between.ts'
import { randomConfig } from '../fakes/random-config.ts'

const edited = (config: GatewayConfig, change: (copy: GatewayConfig) => unknown): GatewayConfig => {
  const copy = structuredClone(config)
  change(copy)
  return gatewaySchema.parse(copy)
}

const plant = gatewaySchema.parse({
  version: 1,
  connectors: [
    {
      type: 'opcua',
      id: 'line-3',
      name: 'Line 3',
      endpointUrl: 'opc.tcp://plc:4840',
      devices: [
        {
          name: 'Motor_01',
          keys: [
            { key: 'Speed', node: 'ns=2;s=M1.Speed' },
            { key: 'Temp', node: 'ns=2;s=M1.Temp' },
          ],
        },
        { name: 'Press_02', keys: [{ key: 'Force', node: 'ns=2;s=P2.Force' }] },
      ],
    },
  ],
})
const line = (config: GatewayConfig) => {
  const [source] = config.connectors
  if (source?.type !== 'opcua') throw new Error('no OPC UA source')
  return source
}

test('there are changes exactly when the documents differ', () => {
  fc.assert(
    fc.property(randomConfig, randomConfig, (before, after) => {
      expect(findChanges(before, after).length > 0).toBe(!isSame(before, after))
      expect(findChanges(before, structuredClone(before))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('every change can be taken back alone, and all of them one after the other is the start', () => {
  fc.assert(
    fc.property(randomConfig, randomConfig, fc.infiniteStream(fc.nat()), (before, after, choices) => {
      let document = after
      // A change may have hidden another order: that comes out when it is taken back.
      for (let rounds = 2 * findChanges(before, document).length + 1; rounds > 0; rounds--) {
        const left = findChanges(before, document)
        const change = left[(choices.next().value ?? 0) % left.length]
        if (!change) break
        document = applySteps(document, revertSteps(change, before, document)).document
      }
      expect(isSame(document, before)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('another order of the sources is a change that can be taken back', () => {
  const two = edited(plant, (c) => c.connectors.push({ ...structuredClone(line(c)), id: 'line-4', devices: [] }))
  const turned = edited(two, (c) => c.connectors.reverse())
  const [change, ...others] = findChanges(two, turned)
  expect(others).toEqual([])
  expect(withText(change!).fields).toEqual([{ name: 'order', before: 'as it was', after: 'another order' }])
  expect(applySteps(turned, revertSteps(change!, two, turned)).document).toEqual(two)
})

test('a renamed key is one change with both names, not one that goes and one that comes', () => {
  const after = edited(plant, (c) => {
    line(c).devices[0]!.keys[0]!.key = 'SpeedRpm'
  })
  expect(findChanges(plant, after).map(withText)).toMatchObject([
    {
      kind: 'changed',
      subject: 'key',
      where: ['Line 3', 'Motor_01', 'SpeedRpm'],
      id: 'connectors[line-3].devices[Motor_01].keys[SpeedRpm]',
      fields: [{ name: 'key', before: 'Speed', after: 'SpeedRpm' }],
    },
  ])
})

test('a removed device is one change that says how many keys go with it', () => {
  const after = edited(plant, (c) => {
    line(c).devices.splice(0, 1)
  })
  expect(findChanges(plant, after)).toMatchObject([
    { kind: 'removed', subject: 'device', keys: 2, connectorId: 'line-3' },
  ])
})

test('a password never appears in a change, only that it is another one', () => {
  const secured = (name: string): GatewayConfig =>
    edited(plant, (c) => {
      line(c).identity = { type: 'password', username: 'u', password: `\${secret:${name}}` }
    })
  const [change] = findChanges(secured('p'), secured('p-2')).map(withText)
  expect(change?.fields).toEqual([
    { name: 'identity.password', before: 'in the vault (p)', after: 'in the vault (p-2)' },
  ])
})

test('a merge takes what one side alone changed, and where both agree there is no conflict', () => {
  fc.assert(
    fc.property(randomConfig, randomConfig, (base, other) => {
      expect(mergeConfigs(base, base, other)).toMatchObject({ conflicts: [] })
      expect(isSame(mergeConfigs(base, base, other).document, other)).toBe(true)
      expect(isSame(mergeConfigs(base, other, base).document, other)).toBe(true)
      expect(mergeConfigs(base, other, structuredClone(other)).conflicts).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('changes of two people to different keys of one device are both in the merge', () => {
  const ours = edited(plant, (c) => {
    line(c).devices[0]!.keys[0]!.unit = 'rpm'
    line(c).devices.push({ name: 'Tank_01', profile: 'default', keys: [] })
  })
  const theirs = edited(plant, (c) => {
    line(c).devices[0]!.keys[1]!.unit = '°C'
    line(c).devices.splice(1, 1)
  })
  const { document, conflicts } = mergeConfigs(plant, ours, theirs)
  expect(conflicts).toEqual([])
  expect(line(document).devices.map(({ name }) => name)).toEqual(['Motor_01', 'Tank_01'])
  expect(line(document).devices[0]!.keys.map(({ unit }) => unit)).toEqual(['rpm', '°C'])
})

test('what both changed differently stays ours unless theirs is chosen for it', () => {
  const ours = edited(plant, (c) => {
    line(c).devices[0]!.keys[0]!.unit = 'rpm'
  })
  const theirs = edited(plant, (c) => {
    line(c).devices[0]!.keys[0]!.unit = '1/min'
    c.name = 'Hall 4'
  })
  const kept = mergeConfigs(plant, ours, theirs)
  expect(kept.conflicts).toMatchObject([{ base: 'not there', ours: 'rpm', theirs: '1/min' }])
  expect(kept.document.name).toBe('Hall 4')
  expect(line(kept.document).devices[0]!.keys[0]!.unit).toBe('rpm')
  const [conflict] = kept.conflicts
  const chosen = mergeConfigs(plant, ours, theirs, new Set([conflict!.id]))
  expect(line(chosen.document).devices[0]!.keys[0]!.unit).toBe('1/min')
})

test('a device one side removed and the other changed is a conflict, never silently gone', () => {
  const ours = edited(plant, (c) => {
    line(c).devices.splice(1, 1)
  })
  const theirs = edited(plant, (c) => {
    line(c).devices[1]!.keys[0]!.unit = 'kN'
  })
  const { conflicts } = mergeConfigs(plant, ours, theirs)
  expect(conflicts).toMatchObject([{ id: 'connectors[line-3].devices[Press_02]', ours: 'not there' }])
  expect(line(mergeConfigs(plant, ours, theirs, new Set([conflicts[0]!.id])).document).devices).toHaveLength(2)
})

test('the short check of an edit says what the whole one says, and fills in the same defaults', () => {
  fc.assert(
    fc.property(randomConfig, fc.array(randomConfig, { maxLength: 5 }), (first, targets) => {
      fc.pre(checkConfig(first).kind === 'valid')
      const check = new DraftCheck(first)
      let document = first
      for (const target of targets) {
        const wanted = applySteps(document, stepsBetween(document, target)).document
        const [short, whole] = [check.check(wanted), checkConfig(structuredClone(wanted))]
        expect(short.kind).toBe(whole.kind)
        if (short.kind === 'valid' && whole.kind === 'valid') {
          expect(short.config).toEqual(whole.config)
          document = short.config
        } else if (short.kind === 'invalid' && whole.kind === 'invalid') {
          expect(short.problems).toEqual(whole.problems)
        }
        check.use(document)
      }
    }),
    { numRuns: 500 },
  )
})

test('a key that another source claims already is refused, also right after the other gave it up and took it back', () => {
  const check = new DraftCheck(plant)
  const second = edited(plant, (c) => {
    const copy = structuredClone(line(c))
    c.connectors.push({ ...copy, id: 'line-4', name: 'Line 4', devices: [{ ...copy.devices[1]!, name: 'Press_03' }] })
  })
  const given = check.check(second)
  expect(given.kind).toBe('valid')
  const collide = applySteps(second, [{ op: 'set', path: ['connectors', 1, 'devices', 0, 'name'], value: 'Press_02' }])
  expect(check.check(collide.document)).toMatchObject({
    kind: 'invalid',
    problems: [{ message: expect.stringContaining('is mapped by connectors[0].devices[1].keys[0].key already') }],
  })
  const freed = applySteps(second, [
    { op: 'remove', path: ['connectors', 0, 'devices', 1] },
    { op: 'set', path: ['connectors', 1, 'devices', 0, 'name'], value: 'Press_02' },
  ])
  expect(check.check(freed.document).kind).toBe('valid')
})
