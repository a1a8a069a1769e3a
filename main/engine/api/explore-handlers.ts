import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import type { MqttConnectorConfig } from '../../../shared/config/mqtt.ts'
import type { ExploreBook } from '../collect/mqtt/explore-book.ts'
import { GatewayError } from '../kit/gateway-error.ts'

// Looking for topics on a broker, for whoever maps them.

type Channel = 'explore.topics' | 'explore.page' | 'explore.values'
type ExploreHandlers = { readonly [C in Channel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

export function exploreHandlers(
  book: ExploreBook,
  connector: (id: string) => ConnectorConfig | undefined,
): ExploreHandlers {
  const broker = (id: string): MqttConnectorConfig => {
    const config = connector(id)
    if (config?.type === 'mqtt') return config
    throw new GatewayError('CONFIG_CONFLICT', `There is no MQTT broker "${id}" in the running configuration`, {
      hint: 'Apply the configuration first, or reload the page.',
    })
  }
  return {
    'explore.topics': async ({ connectorId, ...question }) => book.topics(broker(connectorId), question),
    'explore.page': async ({ connectorId, offset, limit }) => book.page(connectorId, offset, limit),
    'explore.values': async ({ connectorId, topics }) => book.values(connectorId, topics),
  }
}
