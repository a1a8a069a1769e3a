import { expect, test } from 'vitest'
import { takeToken, tokenFromText } from '../../renderer/api/token.ts'
import { formatAge, formatBytes, formatDuration, formatMs, formatRate } from '../../renderer/format.ts'
import { hrefOf, parseRoute } from '../../renderer/stores/route.ts'

test('durations use two units at most', () => {
  expect([0, 59, 240, 12_000, 532_800, 4e8].map(formatDuration)).toEqual([
    '0 s',
    '59 s',
    '4 min',
    '3 h 20 min',
    '6 d 4 h',
    '> 1 year',
  ])
})

test('a slow rate does not read as zero', () => {
  expect([0, 0.01, 0.33, 9.96, 1240.4].map(formatRate)).toEqual(['0', '< 0.1', '0.3', '10', '1,240'])
})

test('sizes and times keep three significant figures at most', () => {
  expect([0, 999, 24_576, 41_000_000, 2_147_483_648].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '24.6 kB',
    '41 MB',
    '2.1 GB',
  ])
  expect([0, 0.4, 31, 1240, 90_000].map(formatMs)).toEqual(['0 ms', '< 1 ms', '31 ms', '1.2 s', '1 min'])
})

test('zero and missing moments are "never", and a clock ahead of ours gives no negative age', () => {
  expect(formatAge(0, 1000)).toBe('never')
  expect(formatAge(undefined, 1000)).toBe('never')
  expect(formatAge(5000, 1000)).toBe('0 s')
})

test('an address survives names with slashes and per cent signs', () => {
  const route = parseRoute(hrefOf('overview', 'device', 'Line 3/50 % Ü'))
  expect(route).toEqual({ screen: 'overview', detail: ['device', 'Line 3/50 % Ü'] })
  expect(parseRoute('#/nonsense').screen).toBe('overview')
  expect(parseRoute('#/%E0%A4').screen).toBe('overview')
})

test('the token is taken from the address, kept for the tab and removed from the address bar', () => {
  const kept = new Map<string, string>()
  const storage = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => kept.set(k, v) }
  const shown: string[] = []
  const history = { replaceState: (_s: unknown, _t: string, url: string) => shown.push(url) }
  const at = (hash: string) => ({ hash, pathname: '/', search: '' }) as Location
  expect(takeToken(at('#token=a%2Bb'), history as unknown as History, storage as unknown as Storage)).toBe('a+b')
  expect(shown).toEqual(['/'])
  expect(takeToken(at('#/overview'), history as unknown as History, storage as unknown as Storage)).toBe('a+b')
})

test('a pasted address gives its token, a pasted token itself', () => {
  expect(tokenFromText(' http://127.0.0.1:8086/#token=xyz ')).toBe('xyz')
  expect(tokenFromText(' xyz ')).toBe('xyz')
})
