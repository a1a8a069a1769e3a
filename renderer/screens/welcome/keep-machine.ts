import { type ConnectorConfig, connectorSchema, type GatewayConfig } from '../../../shared/config/gateway.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { useConfig } from '../../stores/config-store.ts'
import { type EditOutcome, editDraft, useDraft } from '../../stores/draft-store.ts'
import { setSetup, useSetup } from './setup-store.ts'

/** The chosen machine, still without data, goes into the draft. */
export function keepMachine(): Promise<EditOutcome> {
  const parsed = connectorSchema.safeParse(useSetup.getState().connector)
  if (!parsed.success) return Promise.resolve({ state: 'saved' })
  const source = parsed.data
  return editDraft(welcomeText.data.byHandLabel(source.name), (config) => withSource(config, source))
}

export function withSource(config: GatewayConfig, source: ConnectorConfig): GatewayConfig {
  return { ...config, connectors: [...config.connectors.filter(({ id }) => id !== source.id), source] }
}

/** A window that was closed on the way finds its machine again: the one of the draft that has no data and does not run yet. */
export function findMachine(): void {
  if (useSetup.getState().connector) return
  const running = new Set(useConfig.getState().config?.connectors.map(({ id }) => id) ?? [])
  const waiting = useDraft.getState().config?.connectors ?? []
  const connector = waiting.find((one) => !running.has(one.id) && !hasData(one))
  if (!connector) return
  const isServer = connector.type === 'opcua'
  setSetup({ connector, offers: isServer ? [`${connector.securityMode} ${connector.securityPolicy}`] : [] })
}

function hasData(connector: ConnectorConfig): boolean {
  return connector.type === 'opcua'
    ? connector.devices.length > 0 || connector.rules.length > 0
    : connector.topics.length > 0
}
