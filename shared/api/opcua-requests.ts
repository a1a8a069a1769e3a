import * as z from 'zod'
import { opcuaConnectorSchema, opcuaRuleSchema } from '../config/opcua.ts'
import { saidFieldsSchema } from '../said/said.ts'
import { historyLimit, page, pageLimit } from './page.ts'

// What the UI asks of an OPC UA server, by way of the engine: one that is configured, or one that is being edited.

const node = z.object({
  /** NodeId with namespace URI, ready for the configuration: `nsu=…;s=…` (`i=…` in namespace 0). */
  nodeId: z.string(),
  displayName: z.string(),
  browseName: z.string(),
  nodeClass: z.enum([
    'Object',
    'Variable',
    'Method',
    'ObjectType',
    'VariableType',
    'ReferenceType',
    'DataType',
    'View',
  ]),
  typeName: z.string(),
  hasChildren: z.boolean(),
})

/** The index of a server's address space. `detail` is the sentence to show: it says how complete the index is. */
const indexStatus = z.object({
  state: z.enum(['none', 'walking', 'complete', 'limited', 'cancelled', 'failed']),
  detail: z.string(),
  hint: z.string(),
  said: saidFieldsSchema,
  /** Nodes that can be shown and searched now. */
  nodes: z.number(),
  /** Nodes the server has, or may have while it is read. */
  about: z.number(),
  isComplete: z.boolean(),
  /** The server is being read (again) right now. */
  isReading: z.boolean(),
  /** ms since the epoch when what is shown was read; 0 = it is being read now. */
  takenAt: z.number(),
  /** Rows of pages with another generation mean other nodes. */
  generation: z.number(),
  /** Against the index of before; absent when there was none. */
  diff: z
    .object({
      added: z.number(),
      gone: z.number(),
      /** Browse paths of the first of them. */
      addedPaths: z.array(z.string()),
      gonePaths: z.array(z.string()),
    })
    .optional(),
})

const nodeAttribute = z.object({ name: z.string(), value: z.string(), quality: z.string() })

const nodeReference = z.object({
  direction: z.enum(['forward', 'inverse']),
  /** Name of the reference type in this direction: HasComponent, ComponentOf. */
  type: z.string(),
  nodeId: z.string(),
  name: z.string(),
  nodeClass: z.string(),
  typeName: z.string(),
})

const methodArgument = z.object({ name: z.string(), type: z.string(), description: z.string() })

/** The text of a value as `opcua.read` gives it. */
const textValue = z.object({ value: z.string(), type: z.string(), quality: z.string(), ts: z.number() })

/** Either a connector as configured (by id, with its stored secrets) or one that is being edited. */
const opcuaTarget = z.union([
  z.strictObject({ connectorId: z.string() }),
  z.strictObject({ connector: opcuaConnectorSchema }),
])

export const opcuaRequests = {
  'opcua.endpoints': {
    input: z.object({ endpointUrl: z.string() }),
    output: z.object({
      endpoints: z.array(
        z.object({
          url: z.string(),
          securityMode: z.string(),
          securityPolicy: z.string(),
          identities: z.array(z.string()),
        }),
      ),
    }),
  },
  /** Children of one node, complete (continuation points drained), at most `pageLimit`; `nodeId` empty = Objects. */
  'opcua.browse': {
    input: z.object({ target: opcuaTarget, nodeId: z.string() }),
    output: z.object({ nodes: z.array(node), truncated: z.boolean() }),
  },
  'opcua.read': {
    input: z.object({ target: opcuaTarget, nodeIds: z.array(z.string()).max(200) }),
    output: z.object({
      values: z.array(z.object({ value: z.string(), type: z.string(), quality: z.string(), ts: z.number() })),
    }),
  },
  /** start: walk unless it is fresh; refresh: walk in any case; cancel keeps what was found. Answers at once. */
  'opcua.index': {
    input: z.object({ target: opcuaTarget, action: z.enum(['start', 'refresh', 'cancel', 'status']) }),
    output: indexStatus,
  },
  /** Rows in the order they were found, as columns; a parent always stands before its children. */
  'opcua.indexPage': {
    input: z.object({ target: opcuaTarget, ...page }),
    output: z.object({
      status: indexStatus,
      total: z.number(),
      /** Row of the parent; -1 for Root. */
      parents: z.array(z.number()),
      names: z.array(z.string()),
      /** Row and browse name, where it is another one than the name. */
      browseNames: z.array(z.tuple([z.number(), z.string()])),
      /** NodeClass by number: 1 Object, 2 Variable, 4 Method, 8 ObjectType, 16 VariableType, 32 ReferenceType, 64 DataType, 128 View. */
      classes: z.array(z.number()),
      /** Index into `typeNames`. */
      types: z.array(z.number()),
      nodeIds: z.array(z.string()),
      /** All type names of the index by number, '' = none. */
      typeNames: z.array(z.string()),
    }),
  },
  /** A NodeId, part of a name, or a pattern with * and ? and levels (`M??`, `Line 1/Sp*`, `**` for any number of levels). */
  'opcua.search': {
    input: z.object({ target: opcuaTarget, text: z.string().max(512), ...page }),
    output: z.object({
      status: indexStatus,
      total: z.number(),
      /** There are more matches than are counted. */
      isCut: z.boolean(),
      rows: z.array(
        z.object({
          /** -1: not in the index, found by asking the server. */
          row: z.number(),
          nodeId: z.string(),
          name: z.string(),
          path: z.string(),
          /** Further places it is found at, below other parents; the first few. */
          otherPaths: z.array(z.string()),
          nodeClass: z.number(),
          typeName: z.string(),
        }),
      ),
    }),
  },
  /** Everything about one node, by any notation of the configuration. */
  'opcua.node': {
    input: z.object({ target: opcuaTarget, nodeId: z.string().max(4096) }),
    output: z.object({
      nodeId: z.string(),
      /** A browse path to it; empty when no parent leads to Root. */
      path: z.string(),
      /** Paths below its other parents, and whether there may be more. */
      otherPaths: z.array(z.string()),
      pathsCut: z.boolean(),
      attributes: z.array(nodeAttribute),
      references: z.array(nodeReference).max(pageLimit),
      truncated: z.boolean(),
      /** Of a method. */
      method: z
        .object({ objectId: z.string(), inputs: z.array(methodArgument), outputs: z.array(methodArgument) })
        .optional(),
      /** Whether the configuration lets us write or call it, and if not, what to do. */
      access: z.object({ allowed: z.boolean(), detail: z.string(), said: saidFieldsSchema }),
    }),
  },
  /** Writes a value given as text. Refused unless the configuration of the server allows the node. */
  'opcua.write': {
    input: z.object({ target: opcuaTarget, nodeId: z.string().max(4096), value: z.string().max(1_000_000) }),
    output: z.object({
      before: textValue,
      after: textValue,
      status: z.string(),
      detail: z.string(),
      said: saidFieldsSchema,
    }),
  },
  /** Calls a method with arguments as text. Refused unless the configuration of the server allows it. */
  'opcua.call': {
    input: z.object({
      target: opcuaTarget,
      /** Empty = the object the method hangs below. */
      objectId: z.string().max(4096),
      methodId: z.string().max(4096),
      arguments: z.array(z.string().max(1_000_000)).max(100),
    }),
    output: z.object({
      status: z.string(),
      detail: z.string(),
      said: saidFieldsSchema,
      outputs: z.array(z.object({ name: z.string(), type: z.string(), value: z.string() })),
    }),
  },
  /** Oldest first; `truncated` when the server has more than `limit`. With `aggregate` one value per `intervalMs`. */
  'opcua.history': {
    input: z.object({
      target: opcuaTarget,
      nodeId: z.string().max(4096),
      fromMs: z.number(),
      toMs: z.number(),
      limit: z.int().min(1).max(historyLimit),
      aggregate: z
        .enum([
          'interpolative',
          'average',
          'time average',
          'total',
          'minimum',
          'maximum',
          'range',
          'count',
          'start',
          'end',
        ])
        .optional(),
      intervalMs: z.number().min(1).optional(),
    }),
    output: z.object({ points: z.array(textValue), truncated: z.boolean() }),
  },
  /** May this sign-in write these variables, and does the server keep their past? In the order asked. */
  'opcua.access': {
    input: z.object({ target: opcuaTarget, nodeIds: z.array(z.string().max(4096)).max(200) }),
    output: z.object({ access: z.array(z.object({ isWritable: z.boolean(), isHistorizing: z.boolean() })) }),
  },
  /** What a selection rule finds on the server now, without collecting it. */
  'opcua.previewRule': {
    input: z.object({
      target: opcuaTarget,
      rule: opcuaRuleSchema,
      /** By the index of the server, while somebody types; without a complete one the server is walked all the same. */
      quick: z.boolean().default(false),
      /**
       * Whoever asks again and again: gets what was found so far instead of waiting, the rest when asked again, and work on a
       * former rule of theirs ends.
       */
      asker: z.string().min(1).max(40).optional(),
    }),
    output: z.object({
      devices: z.number(),
      keys: z.number(),
      /** The server has more than was looked at. */
      truncated: z.boolean(),
      /** Part of the index that was looked at so far; 1 = all of it, or of the server. */
      looked: z.number(),
      /** Collisions, names ThingsBoard refuses, templates that do not fit. */
      problems: z.array(z.string()),
      nearMisses: z.array(z.string()),
      said: saidFieldsSchema,
      rows: z
        .array(z.object({ device: z.string(), key: z.string(), path: z.string(), node: z.string() }))
        .max(pageLimit),
    }),
  },
  /** Servers known at this address (FindServers): a discovery server knows several. */
  'opcua.servers': {
    input: z.object({ endpointUrl: z.string() }),
    output: z.object({
      servers: z.array(z.object({ name: z.string(), applicationUri: z.string(), urls: z.array(z.string()) })),
    }),
  },
} as const

export type NodeRow = z.infer<typeof node>
export type IndexStatus = z.infer<typeof indexStatus>
export type NodeDetails = z.infer<(typeof opcuaRequests)['opcua.node']['output']>
export type MethodArgument = z.infer<typeof methodArgument>
export type TextValue = z.infer<typeof textValue>
export type OpcuaTarget = z.infer<typeof opcuaTarget>
