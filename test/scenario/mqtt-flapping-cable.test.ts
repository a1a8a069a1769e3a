import { expect, onTestFinished, test } from 'vitest'
import { ChaosProxy } from '../servers/chaos-proxy.ts'
import { brokerVersions, startBroker } from '../servers/mqtt-broker.ts'
import { CollectorBench } from '../servers/mqtt-collector-bench.ts'

test.each(brokerVersions)(
  'MQTT %i: a cable that flaps is no second program: it is called broken, and the next try comes soon',
  async (protocolVersion) => {
    const broker = await startBroker()
    onTestFinished(() => broker.close())
    const cable = await ChaosProxy.start(broker.port)
    onTestFinished(() => cable.close())
    const bench = new CollectorBench({ port: cable.port, protocolVersion })
    onTestFinished(() => bench.stop())
    await bench.collector.start()
    for (let flap = 0; flap < 6; flap++) {
      await expect
        .poll(
          () => {
            bench.collector.retry()
            return bench.state
          },
          { timeout: 10_000 },
        )
        .toBe('online')
      cable.reset()
      await expect.poll(() => bench.state, { timeout: 10_000 }).toBe('waiting')
      const { detail, nextTryAt = 0 } = bench.collector.status.value
      expect(detail).toContain('broke')
      expect(nextTryAt - Date.now()).toBeLessThanOrEqual(60_000)
      expect(bench.issues.list(false)).toMatchObject([{ code: 'CONNECTION_LOST' }])
    }
  },
)
