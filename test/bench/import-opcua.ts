import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { GatewayUnderTest } from './gateway-under-test.ts'
import type { Outcome, Scenario } from './scenario.ts'

const goalMs = 250
const rounds = 7
const roundTimeoutMs = 30_000
/** What only node-opcua-client's own sources say. */
const mark = 'ClientSidePublishEngine'

/** How long the gateway's start waits for the OPC UA client's code: the built chunk that holds it, in a fresh process. */
export const importOpcua: Scenario = {
  name: 'import-opcua',
  does: 'import of the bundled OPC UA client in a fresh process: ms',
  async run(_options, workplace): Promise<Outcome> {
    GatewayUnderTest.assertBuilt(workplace)
    const chunk = await opcuaChunk()
    const program = `const t = performance.now(); await import(${JSON.stringify(chunk)});
      process.stdout.write(JSON.stringify({ event: 'imported', ms: performance.now() - t }) + '\\n'); process.exit(0)`
    const times: number[] = []
    for (let i = 0; i < rounds; i++) {
      const one = workplace.start('import', process.execPath, ['--input-type=module', '-e', program])
      times.push(Number((await one.next('imported', roundTimeoutMs))['ms']))
      await one.exited
    }
    // The first one may have read the file from the disk.
    const [cold = 0, ...warm] = times
    const median = warm.sort((a, b) => a - b)[warm.length >> 1] ?? 0
    return {
      parameters: { rounds, chunk: chunk.replace(/^.*[\\/]/, '') },
      figures: { cold: { value: cold, unit: 'ms' }, median: { value: median, unit: 'ms' } },
      verdicts: [`${median <= goalMs ? 'met' : 'MISSED'}: ${Math.round(median)} ms <= ${goalMs}`],
      faults: [],
    }
  },
}

async function opcuaChunk(): Promise<string> {
  const folder = resolve(import.meta.dirname, '../../out/main')
  const found: string[] = []
  for (const file of await readdir(folder)) {
    if (file.endsWith('.js') && (await readFile(join(folder, file), 'utf8')).includes(`class ${mark}`)) found.push(file)
  }
  // An entry would start what it is for; the client's code is in a chunk beside it, or nowhere alone.
  const chunk = found.find((file) => file.startsWith('chunk-')) ?? found[0]
  if (!chunk) throw new Error(`No file in ${folder} holds the OPC UA client`)
  return join(folder, chunk)
}
