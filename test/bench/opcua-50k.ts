import { pipelineOpcua } from './pipeline-opcua.ts'
import type { Scenario } from './scenario.ts'

const items = 50_000
const seconds = 60
const warmupSeconds = 20

/** The plant of many slow tags: the whole pipeline, every value checked. */
export const opcua50k: Scenario = {
  name: 'opcua-50k',
  does: '50,000 OPC UA items that change once a second, through the whole gateway for a minute',
  run(options, workplace) {
    const count = options.items ?? items
    return pipelineOpcua.run(
      {
        ...options,
        items: count,
        rate: options.rate ?? count,
        seconds: options.seconds ?? seconds,
        warmupSeconds: options.warmupSeconds ?? warmupSeconds,
      },
      workplace,
    )
  },
}
