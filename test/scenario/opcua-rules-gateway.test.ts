import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { OpcuaTools } from '../../main/engine/collect/opcua/opcua-tools.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { opcuaRuleSchema } from '../../shared/config/opcua.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { makePki, opcuaConfig } from '../servers/opcua-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

const variables = ['speed', 'level', 'Speed2'].map((name, i) => ({
  name,
  value: { dataType: 'Int32', value: i } as const,
}))
const rule = {
  name: 'plant',
  select: { path: 'Objects/Pl*' },
  device: 'The ${browseName}',
  keys: [{ path: 's*', key: '${path[-1]} of ${path[1]}', unit: 'm/s' }, { path: '*' }],
}

test('what a rule finds reaches ThingsBoard under the names of its templates', { timeout: 60_000 }, async () => {
  const server = await startOpcuaServer({ variables })
  onTestFinished(() => server.close())
  const { standIn, gateway } = await gatewayBench()
  gateway.configure({
    version: 1,
    thingsboard: { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } },
    connectors: [{ type: 'opcua', id: 'plc', name: 'PLC', endpointUrl: server.endpointUrl, rules: [rule] }],
  })
  gateway.start()
  const text = (key: string) => [...standIn.points('The Plant', key).values()].map((p) => p.text)
  await until(
    'the values arrive',
    () => text('Speed2').length > 0,
    40_000,
    () => gateway.stderr,
  )
  expect([text('speed of Plant'), text('level'), text('Speed2')]).toEqual([['0'], ['1'], ['2']])
})

test('the preview of a rule counts, lists, and names what collides and what nearly matches', {
  timeout: 40_000,
}, async () => {
  const server = await startOpcuaServer({ variables })
  onTestFinished(() => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'opcua-preview-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const pki = await makePki(join(folder, 'pki'))
  const tools = new OpcuaTools({ pki, log: new LogBook(() => Date.now()).logger('tools'), clock: systemClock })
  onTestFinished(() => tools.stop(Number.POSITIVE_INFINITY))
  const preview = (more: object) => {
    const signal = AbortSignal.timeout(20_000)
    return tools.previewRule(
      opcuaConfig(server.endpointUrl, []),
      opcuaRuleSchema.parse({ ...rule, ...more }),
      2,
      signal,
    )
  }
  expect(await preview({})).toMatchObject({
    devices: 1,
    keys: 3,
    truncated: false,
    problems: [],
    rows: [{ device: 'The Plant', key: 'speed of Plant', path: '/Objects/Plant/speed' }, { key: 'level' }],
  })
  const collide = await preview({ keys: [{ path: '*', key: 'same' }] })
  expect(collide).toMatchObject({
    keys: 1,
    problems: [expect.stringContaining('/Objects/Plant/level'), expect.anything()],
  })
  expect((await preview({ select: { path: 'Objects/plant' } })).nearMisses).toEqual(['/Objects/Plant'])
  await expect(preview({ select: { regex: '(' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
