import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import { freeSourceId } from './setup-store.ts'

type Proposal = RequestOutput<'import.read'>['proposal']

/** Nothing there is overwritten: sources come beside the others, and ThingsBoard only where there is none or it was asked for. */
export function mergeImport(config: GatewayConfig, proposal: Proposal, replaceThingsboard: boolean): GatewayConfig {
  let merged = config
  for (const connector of proposal.connectors) {
    const isTaken = merged.connectors.some(({ id }) => id === connector.id)
    const id = isTaken ? freeSourceId(connector.id, connector.type, merged) : connector.id
    merged = { ...merged, connectors: [...merged.connectors, { ...connector, id }] }
  }
  const { thingsboard } = proposal
  return thingsboard && (!config.thingsboard || replaceThingsboard) ? { ...merged, thingsboard } : merged
}
