import { DataType } from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

/** Lines with motors of a type, and a motor of a derived type; each with a speed and a unit property. */
function buildPlant(server: TestServer): { addMotor(line: string, name: string): void; remove(name: string): void } {
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  const type = namespace.addObjectType({ browseName: 'MotorType' })
  const special = namespace.addObjectType({ browseName: 'ServoType', subtypeOf: type })
  const add = (line: string, name: string, typeDefinition = type) => {
    const parent = space.findNode(`ns=${server.namespaceIndex};s=${line}`)!
    const motor = namespace.addObject({
      componentOf: parent,
      browseName: name,
      nodeId: `ns=${server.namespaceIndex};s=${line}.${name}`,
      typeDefinition,
    })
    const speed = namespace.addVariable({
      componentOf: motor,
      browseName: 'Speed',
      nodeId: `ns=${server.namespaceIndex};s=${line}.${name}.Speed`,
      dataType: DataType.Double,
      minimumSamplingInterval: 0,
    })
    speed.setValueFromSource({ dataType: DataType.Double, value: 1 })
    namespace.addVariable({ propertyOf: speed, browseName: 'Unit', dataType: DataType.String })
  }
  for (const line of ['Line1', 'Line2']) {
    namespace.addObject({
      organizedBy: space.rootFolder.objects,
      browseName: line,
      nodeId: `ns=${server.namespaceIndex};s=${line}`,
    })
    add(line, 'M01')
    add(line, 'M02')
  }
  add('Line1', 'Servo', special)
  return {
    addMotor: (line, name) => add(line, name),
    remove: (name) => space.deleteNode(space.findNode(`ns=${server.namespaceIndex};s=${name}`)!),
  }
}

test('a rule selects by glob, follows nodes that come and go, and says so', { timeout: 60_000 }, async () => {
  const server = await startOpcuaServer()
  const plant = buildPlant(server)
  const rules = [{ name: 'motors', select: { path: 'Objects/Line*/M??' }, device: '${path[1]}-${browseName}' }]
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [], { rules }))
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 20_000 }).toBe(4)
    await expect.poll(() => bench.collector.status.value).toMatchObject({ tags: 4, tagsGood: 4 })
    plant.addMotor('Line2', 'M03')
    plant.remove('Line1.M01')
    // What the server does when its nodes change (Part 3, 9.32.7).
    const { server: serverObject } = server.server.engine.addressSpace!.rootFolder.objects
    serverObject.raiseEvent('GeneralModelChangeEventType', {})
    const changedIssue = () => bench.issues.list(false).find((i) => i.code === 'OPCUA_NODES_CHANGED')
    await expect.poll(changedIssue, { timeout: 20_000 }).toBeDefined()
    const changed = changedIssue()
    expect(changed?.message).toContain('1 new, 1 gone')
    expect(changed?.evidence).toContain('Line1.M01.Speed')
    // The new tag is the fifth, and its value comes.
    await expect.poll(() => bench.sink.last(4)?.value, { timeout: 10_000 }).toBe(1)
    await expect.poll(() => bench.collector.status.value).toMatchObject({ tags: 4, tagsGood: 4 })
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a type selects its subtypes too, and two nodes for one key are told instead of mixed', {
  timeout: 60_000,
}, async () => {
  const server = await startOpcuaServer()
  buildPlant(server)
  const rules = [
    { name: 'by type', select: { type: 'MotorType', below: '/Objects/Line1' }, device: '${browseName}' },
    { name: 'collide', select: { path: 'Objects/Line*/M01' }, device: 'same', keys: [{ path: 'Speed' }] },
    { name: 'typo', select: { path: 'Objects/line1' } },
  ]
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [], { rules }))
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 20_000 }).toBe(4)
    const issues = bench.issues.list(false)
    expect(issues.find((i) => i.message.includes('"collide"'))?.evidence).toContain('/Objects/Line2/M01/Speed')
    expect(issues.find((i) => i.message.includes('"typo" matches nothing'))?.hint).toContain('/Objects/Line1')
  } finally {
    await bench.close()
    await server.close()
  }
})
