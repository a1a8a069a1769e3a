import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { auditWords } from '../../main/engine/api/audited.ts'
import { AuditTrail } from '../../main/engine/observe/audit.ts'
import { LogBook } from '../../main/engine/observe/log.ts'

const path = (): string => join(mkdtempSync(join(tmpdir(), 'audit-')), 'audit.jsonl')
const everything = { offset: 0, limit: 100, filter: '' }
const entry = (subject: string) => ({ at: 1, who: 'UI', action: 'write' as const, subject, refused: '' })

async function trail(file: string): Promise<{ trail: AuditTrail; log: LogBook }> {
  const log = new LogBook(() => 1)
  const made = new AuditTrail(file, log.logger('audit'))
  await made.load()
  return { trail: made, log }
}

test('what was recorded is there after a restart, newest first', async () => {
  const file = path()
  const { trail: first } = await trail(file)
  await first.record(entry('one'))
  await first.record({ ...entry('two'), refused: 'not allowed' })
  const { trail: second, log } = await trail(file)
  expect(second.page(everything).rows.map(({ subject }) => subject)).toEqual(['two', 'one'])
  expect(second.page({ ...everything, filter: 'ONE' }).total).toBe(1)
  expect(log.page({ ...everything, level: 'debug', text: '' }).total).toBe(0)
})

test('a line that was altered or taken out is noticed', async () => {
  for (const change of [
    (text: string) => text.replace('two', 'tow'),
    (text: string) => text.replace(/\n.*two.*\n/, '\n'),
  ]) {
    const file = path()
    const { trail: first } = await trail(file)
    for (const subject of ['one', 'two', 'three']) await first.record(entry(subject))
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    const { log } = await trail(file)
    expect(log.page({ ...everything, level: 'warn', text: 'audit.altered' }).total).toBe(1)
  }
})

test('a line cut by a power failure costs that line only', async () => {
  const file = path()
  const { trail: first } = await trail(file)
  await first.record(entry('one'))
  await first.record(entry('two'))
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20))
  const { trail: second } = await trail(file)
  expect(second.page(everything).rows.map(({ subject }) => subject)).toEqual(['one'])
})

test('writes, trust and discarded values are recorded, questions are not', () => {
  expect(auditWords('opcua.write', { target: { connectorId: 'line' }, nodeId: 'ns=2;s=A', value: '5' })).toEqual({
    action: 'write',
    subject: 'line ns=2;s=A = 5',
  })
  expect(auditWords('quarantine.discard', { all: true, filter: 'Recipe' })?.subject).toBe('all that match "Recipe"')
  expect(auditWords('opcua.read', {})).toBeUndefined()
  expect(auditWords('status.get', null)).toBeUndefined()
})
