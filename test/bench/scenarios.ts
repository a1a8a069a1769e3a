import type { Scenario } from './scenario.ts'

/** Loaded when asked for: one scenario must not need what another one imports. */
export const scenarios: Readonly<Record<string, () => Promise<Scenario>>> = {
  'pipeline-opcua': async () => (await import('./pipeline-opcua.ts')).pipelineOpcua,
  'pipeline-mqtt': async () => (await import('./pipeline-mqtt.ts')).pipelineMqtt,
  store: async () => (await import('./store-scenario.ts')).storeScenario,
  'map-encode': async () => (await import('./map-encode.ts')).mapEncode,
  drain: async () => (await import('./drain.ts')).drain,
  'opcua-browse': async () => (await import('./opcua-browse.ts')).opcuaBrowse,
  'opcua-create': async () => (await import('./opcua-create.ts')).opcuaCreate,
  'opcua-50k': async () => (await import('./opcua-50k.ts')).opcua50k,
  ui: async () => (await import('./ui.ts')).ui,
  'import-opcua': async () => (await import('./import-opcua.ts')).importOpcua,
}
