import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TopicMatcher, withoutShare } from '../../main/engine/collect/mqtt/topic-matcher.ts'

/** MQTT 5, 4.7, word by word. */
function matchesNaively(filter: string, topic: string): boolean {
  const f = filter.split('/')
  const t = topic.split('/')
  if (topic.startsWith('$') && (f[0] === '+' || f[0] === '#')) return false
  for (const [i, level] of f.entries()) {
    if (level === '#') return t.length >= i
    if (i >= t.length || (level !== '+' && level !== t[i])) return false
  }
  return f.length === t.length
}

const level = fc.constantFrom('a', 'b', '', '$SYS')
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => (hash || levels.length === 0 ? [...levels, '#'] : levels).join('/'))

test('matches exactly what the standard says', () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 8 }), fc.array(topic, { maxLength: 8 }), (filters, topics) => {
      const matcher = new TopicMatcher(filters)
      for (const t of [...topics, ...topics]) {
        const expected = filters.flatMap((f, i) => (matchesNaively(f, t) ? [i] : []))
        expect(matcher.route(t)).toEqual({ levels: t.split('/'), rules: expected })
      }
    }),
  )
})

test('the share prefix is cut off', () => {
  expect(withoutShare('$share/group/a/+')).toBe('a/+')
  expect(withoutShare('$shared/a')).toBe('$shared/a')
  expect(new TopicMatcher(['$share/group/a/#', '/finance']).route('a').rules).toEqual([0])
  expect(new TopicMatcher(['$share/group//finance']).route('/finance').rules).toEqual([0])
})

test('a hundred thousand different topics do not fill the memory', () => {
  const matcher = new TopicMatcher(['#'])
  for (let i = 0; i < 100_000; i++) matcher.route(`t/${i}`)
  expect(matcher.route('t/1').rules).toEqual([0])
})
