import { DataType, OPCUAServer, StatusCodes, type UAVariable } from 'node-opcua'
import { speakLines } from './process-lines.ts'

// The same plant as opcua-load.c, for machines where open62541 can not be had: about half its rate, and no independent
// implementation. Arguments as there: PORT VARIABLES HZ MAX_NOTIFICATIONS (the last one is not ours to set here).
// Command: pause.

const step = 0.37
const integerEvery = 4
const folderSize = 1000
const tickMs = 10
const catchUpRounds = 2
const firstSteps = (index: number): number => (index * 7919) % 10_007

const [port, count, hz] = process.argv.slice(2).map(Number) as [number, number, number]
const variables: UAVariable[] = []
let paused = false
let next = 0
let round = 0
let writes = 0
let counts = 0
let owed = 0
let lastTick = 0

const say = speakLines({
  pause: () => {
    paused = true
    say({ event: 'paused', writes, counts })
  },
})

const server = new OPCUAServer({
  port,
  hostname: '127.0.0.1',
  allowAnonymous: true,
  maxConnectionsPerEndpoint: 20,
  // Any other rate makes it fold changes that come within it, and a folded change looks like a lost one.
  serverCapabilities: { minSupportedSampleRate: 0 },
})
await server.initialize()
addVariables()
await server.start()
lastTick = performance.now()
setInterval(tick, tickMs)
say({ event: 'ready' })

function addVariables(): void {
  const space = server.engine.addressSpace
  if (!space) throw new Error('the server has no address space')
  const own = space.getOwnNamespace()
  let folder = own.addFolder(space.rootFolder.objects, { browseName: 'Folder0' })
  for (let i = 0; i < count; i++) {
    if (i > 0 && i % folderSize === 0)
      folder = own.addFolder(space.rootFolder.objects, { browseName: `Folder${i / folderSize}` })
    const name = `${isInteger(i) ? 'I' : 'D'}${i}`
    const variable = own.addVariable({
      organizedBy: folder,
      browseName: name,
      nodeId: `s=${name}`,
      dataType: isInteger(i) ? DataType.Int32 : DataType.Double,
      minimumSamplingInterval: 0,
    })
    variable.setValueFromSource(variant(i, firstSteps(i)))
    counts += firstSteps(i)
    variables.push(variable)
  }
}

function isInteger(index: number): boolean {
  return index % integerEvery === integerEvery - 1
}

function variant(index: number, steps: number): { dataType: DataType; value: number } {
  return isInteger(index)
    ? { dataType: DataType.Int32, value: steps }
    : { dataType: DataType.Double, value: steps * step }
}

function tick(): void {
  const now = performance.now()
  const due = Math.min(((now - lastTick) / 1000) * count * hz + owed, catchUpRounds * count)
  lastTick = now
  if (paused) return
  const whole = Math.floor(due)
  owed = due - whole
  const sourceTimestamp = new Date()
  for (let i = 0; i < whole; i++) writeNext(sourceTimestamp)
}

function writeNext(sourceTimestamp: Date): void {
  variables[next]?.setValueFromSource(variant(next, firstSteps(next) + round + 1), StatusCodes.Good, sourceTimestamp)
  writes++
  counts++
  next++
  if (next === count) {
    next = 0
    round++
  }
}
