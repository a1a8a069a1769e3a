import { expect, test } from 'vitest'
import { bestMatches, prepared } from '../../renderer/frame/palette-match.ts'
import { globalKeys } from '../../renderer/global-keys.ts'
import { keyHelp } from '../../renderer/i18n/en-frame.ts'
import { sourceMarks, sourcesWithRemoved } from '../../renderer/stores/source-marks.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'
import { maskedSecret } from '../../shared/config/secret.ts'

function config(...connectors: readonly object[]): GatewayConfig {
  return gatewaySchema.parse({ version: 1, connectors })
}

const broker = (id: string, more: object = {}): object => ({ type: 'mqtt', id, name: id, host: 'broker', ...more })

test('sources are marked by what differs from what runs, and a removed one stays where it stood', () => {
  const running = config(broker('a'), broker('b'), broker('c'))
  const draft = config(broker('a'), broker('c', { host: 'other' }), broker('d'))
  expect([...sourceMarks(running, draft)]).toEqual([
    ['c', 'changed'],
    ['d', 'added'],
    ['b', 'removed'],
  ])
  expect(sourcesWithRemoved(running, draft).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
})

test('the same secret, hidden in what runs and a reference in the draft, is no change', () => {
  const running = config(broker('a', { password: maskedSecret }))
  expect(sourceMarks(running, config(broker('a', { password: '${secret:a.password}' }))).size).toBe(0)
  expect(sourceMarks(running, config(broker('a'))).get('a')).toBe('changed')
})

test('a name that begins with what is typed comes before one that holds it, and letters in order come last', () => {
  const entries = ['My motor', 'Motor_01', 'Rotor', 'Promotor', 'Motor'].map((name) => ({ name }))
  expect(bestMatches([prepared(entries)], 'motor', 50).shown.map(({ name }) => name)).toEqual([
    'Motor',
    'Motor_01',
    'My motor',
    'Promotor',
  ])
  expect(bestMatches([prepared(entries)], 'mt1', 50).shown.map(({ name }) => name)).toEqual(['Motor_01'])
})

test('every word has to be found, in the name or beside it', () => {
  const entries = [
    { name: 'Motor_01', more: 'in Line 3' },
    { name: 'Motor_01', more: 'in Line 4' },
  ]
  expect(bestMatches([prepared(entries)], 'motor line 4', 50).shown).toEqual([entries[1]])
})

test('of 100,000 matches the first 50 are shown and it is said that there are more', () => {
  const entries = Array.from({ length: 100_000 }, (_, n) => ({ name: `Motor_${n}` }))
  const { shown, isCut } = bestMatches([prepared(entries)], 'motor', 50)
  expect(shown).toHaveLength(50)
  expect(shown[0]?.name).toBe('Motor_0')
  expect(isCut).toBe(true)
})

test('the help lists every key that works everywhere', () => {
  const listed = keyHelp.map(({ keys, does }) => `${keys.join('+')} ${does}`).join('\n')
  const chords: readonly string[] = Object.values(globalKeys).flat()
  expect(chords.filter((chord) => !listed.includes(chord))).toEqual([])
})
