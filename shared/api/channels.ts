// Names only: the sandboxed preload bundles this file and nothing else of shared/.

/** draft-requests.ts */
const draftChannels = [
  'draft.get',
  'draft.edit',
  'draft.since',
  'draft.undo',
  'draft.redo',
  'draft.discard',
  'draft.revert',
  'draft.review',
  'draft.files',
  'draft.apply',
  'draft.decide',
  'versions.page',
  'versions.compare',
  'versions.restore',
  'proposal.make',
  'proposal.get',
  'proposal.merge',
  'proposal.dismiss',
] as const

/** mapping-requests.ts */
const mappingChannels = [
  'mapping.look',
  'mapping.made',
  'mapping.problems',
  'trace.get',
  'preview.payload',
  'preview.topic',
  'preview.value',
  'samples.recent',
] as const

/** explore-requests.ts */
const exploreChannels = ['explore.topics', 'explore.page', 'explore.values'] as const
/** setup-requests.ts; those of the app are answered by the host. */
const setupChannels = [
  'import.read',
  'export.write',
  'setup.discover',
  'setup.suggest',
  'setup.listen',
  'app.about',
  'app.demo',
  'app.autostart',
] as const
/** watch-requests.ts */
const watchChannels = ['dashboard.get', 'dashboard.save', 'values.read', 'history.lines', 'topology.get'] as const

/** audit-requests.ts */
const auditChannels = ['audit.page', 'issues.snooze'] as const

export const requestChannels = [
  ...auditChannels,
  ...watchChannels,
  ...draftChannels,
  ...mappingChannels,
  ...exploreChannels,
  ...setupChannels,
  'status.get',
  'config.get',
  'config.save',
  'config.validate',
  'connector.test',
  'connector.retry',
  'thingsboard.test',
  'opcua.endpoints',
  'opcua.browse',
  'opcua.read',
  'opcua.index',
  'opcua.indexPage',
  'opcua.search',
  'opcua.node',
  'opcua.write',
  'opcua.call',
  'opcua.history',
  'opcua.access',
  'opcua.previewRule',
  'opcua.servers',
  'connector.tags',
  'certificates.list',
  'certificates.trust',
  'certificates.reject',
  'certificates.renew',
  'certificates.export',
  'devices.page',
  'device.get',
  'quarantine.page',
  'quarantine.retry',
  'quarantine.fix',
  'quarantine.discard',
  'quarantine.export',
  'ledger.page',
  'issues.list',
  'log.page',
] as const

export type RequestChannel = (typeof requestChannels)[number]

export const eventChannels = [
  'status.changed',
  'issues.changed',
  'log.written',
  'config.changed',
  'engine.state',
  'draft.changed',
  'versions.changed',
] as const

export type EventChannel = (typeof eventChannels)[number]
