import type { MantineColorScheme } from '@mantine/core'
import type { DraftState } from '../../shared/api/draft-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../shared/config/gateway.ts'
import { request } from '../api/client.ts'
import { frameText } from '../i18n/en-frame.ts'
import { paletteText as text } from '../i18n/en-palette.ts'
import { settingsText } from '../i18n/en-settings.ts'
import { chooseLanguage, currentLanguage, locales } from '../i18n/locale.ts'
import { openOverlay } from '../stores/overlays.ts'
import { densities, setDensity } from '../stores/preferences.ts'
import { navigate, screens } from '../stores/route.ts'
import { redoAndTell, undoAndTell } from '../stores/tell.ts'
import type { Matchable } from './palette-match.ts'

export interface Entry extends Matchable {
  readonly id: string
  readonly kind: keyof typeof text.kinds
  readonly keys?: string
  readonly run: () => void
}

export function screenEntries(): Entry[] {
  return screens.map((screen, index) => ({
    id: `screen ${screen}`,
    kind: 'screen',
    name: frameText.screens[screen],
    keys: `Ctrl+${index + 1}`,
    isCommon: true,
    run: () => navigate(screen),
  }))
}

export function commandEntries(draft: DraftState | undefined, setTheme: (theme: MantineColorScheme) => void): Entry[] {
  const { commands } = text
  const entries: Entry[] = []
  const add = (id: string, name: string, run: () => void, extra: Partial<Entry> = {}): void => {
    entries.push({ id: `command ${id}`, kind: 'command', name, run, ...extra })
  }
  add('review', commands.review, () => openOverlay('review'), { keys: 'Ctrl+Enter', isCommon: true })
  if (draft?.undo) add('undo', commands.undo(draft.undo), () => void undoAndTell(), { keys: 'Ctrl+Z', isCommon: true })
  if (draft?.redo) add('redo', commands.redo(draft.redo), () => void redoAndTell(), { keys: 'Ctrl+Shift+Z' })
  add('opcua', commands.addOpcua, () => navigate('sources', 'new', 'opcua'), { isCommon: true })
  add('mqtt', commands.addMqtt, () => navigate('sources', 'new', 'mqtt'), { isCommon: true })
  add('versions', commands.versions, () => navigate('versions'))
  add('diagnostics', commands.diagnostics, () => navigate('settings', 'diagnostics'))
  for (const theme of ['auto', 'light', 'dark'] as const) {
    add(`theme ${theme}`, commands.theme[theme], () => setTheme(theme))
  }
  for (const density of densities) add(`density ${density}`, commands.density[density], () => setDensity(density))
  for (const locale of locales.filter((name) => name !== currentLanguage())) {
    add(`language ${locale}`, commands.language(settingsText.languages[locale]), () => chooseLanguage(locale))
  }
  add('keys', commands.keys, () => openOverlay('keys'), { keys: 'F1' })
  return entries
}

/** Sources, and what the draft reads from them: devices with their keys and nodes. */
export function configEntries(config: GatewayConfig | undefined): Entry[] {
  return (config?.connectors ?? []).flatMap((connector) => [
    {
      id: `source ${connector.id}`,
      kind: 'source',
      name: connector.name,
      more: connector.type === 'opcua' ? connector.endpointUrl : `${connector.host}:${connector.port}`,
      run: () => navigate('sources', connector.id),
    },
    {
      id: `retry ${connector.id}`,
      kind: 'command',
      name: text.commands.retry(connector.name),
      run: () => void request('connector.retry', { connectorId: connector.id }),
    },
    ...mappedEntries(connector),
  ])
}

function mappedEntries(connector: ConnectorConfig): Entry[] {
  if (connector.type !== 'opcua') return []
  return connector.devices.flatMap((device): Entry[] => [
    {
      id: `mapping ${connector.id} ${device.name}`,
      kind: 'mapping',
      name: device.name,
      more: text.inSource(connector.name),
      run: () => navigate('sources', connector.id, 'devices'),
    },
    ...device.keys.map(
      (key): Entry => ({
        id: `key ${connector.id} ${device.name} ${key.key} ${key.node}`,
        kind: 'key',
        name: `${device.name} › ${key.key}`,
        more: key.node,
        run: () => navigate('workbench', connector.id, key.node),
      }),
    ),
  ])
}

/** A NodeId, an address with a namespace URI or a browse path; nothing else begins so. */
const nodeAddress = /^((ns=\d+;|nsu=[^;]+;)?[isgb]=.+|\/.+)$/

/** Typed, not known: every OPC UA source may have it. */
export function nodeEntries(query: string, config: GatewayConfig | undefined): Entry[] {
  const node = query.trim()
  if (!nodeAddress.test(node)) return []
  return (config?.connectors ?? [])
    .filter(({ type }) => type === 'opcua')
    .map(({ id, name }) => ({
      id: `node ${id}`,
      kind: 'node',
      name: text.goToNode(node),
      more: text.inSource(name),
      run: () => navigate('workbench', id, node),
    }))
}
