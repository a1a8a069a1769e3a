import { NodeId, NodeIdType } from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaKeySchema } from '../../shared/config/opcua.ts'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'
import { startTools } from '../servers/opcua-tools.ts'

// Text identifiers as some machines have them: with line ends, with what looks like another NodeId, with backslashes.

const identifiers = ['two\nlines', 'tab\there', 'ns=1;i=85', 'C:\\u000A\\x', 'a;b=c', ' space first', 'Größe ☃']

test('a node that was browsed is collected by the address browsing gave, whatever is in its identifier', async () => {
  const server = await startOpcuaServer()
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  for (const [i, identifier] of identifiers.entries())
    namespace
      .addVariable({
        organizedBy: space.rootFolder.objects,
        browseName: `v${i}`,
        nodeId: new NodeId(NodeIdType.STRING, identifier, server.namespaceIndex),
        dataType: 'Int32',
        minimumSamplingInterval: 0,
      })
      .setValueFromSource({ dataType: 'Int32', value: i })
  const tools = await startTools()
  try {
    const config = opcuaConfig(server.endpointUrl, [])
    const { nodes } = await tools.tools.browse(config, '', 100, AbortSignal.timeout(20_000))
    const browsed = identifiers.map((_, i) => nodes.find((n) => n.displayName === `v${i}`)?.nodeId ?? '')
    for (const node of browsed) expect(opcuaKeySchema.safeParse({ key: 'k', node }).error).toBeUndefined()
    // The index writes them the same way.
    await tools.tools.index(config, 'start')
    await expect
      .poll(() => tools.tools.index(config, 'status'), { timeout: 30_000 })
      .toMatchObject({ isReading: false, state: 'complete' })
    for (const [i, node] of browsed.entries()) {
      const { rows } = await tools.tools.search(config, node, { offset: 0, limit: 2 }, AbortSignal.timeout(20_000))
      expect(rows).toMatchObject([{ nodeId: node, name: `v${i}` }])
    }
    const bench = await startCollector(
      opcuaConfig(
        server.endpointUrl,
        browsed.map((node) => ({ node })),
      ),
    )
    try {
      await expect
        .poll(() => identifiers.map((_, tag) => bench.sink.last(tag)?.value), { timeout: 20_000 })
        .toEqual(identifiers.map((_, i) => i))
    } finally {
      await bench.close()
    }
  } finally {
    await tools.close()
    await server.close()
  }
})

test('a control character in the configuration is refused in words that say how to write it', () => {
  const { error } = opcuaKeySchema.safeParse({ key: 'k', node: 'ns=2;s=two\nlines' })
  expect(error?.issues[0]?.message).toContain('write a new line in a NodeId as \\u000A')
})
