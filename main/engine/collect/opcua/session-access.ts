import {
  AttributeIds,
  BrowseDirection,
  type BrowsePathResult,
  type BrowseResult,
  type DataValue,
  makeBrowsePath,
  type NodeId,
  type ReferenceDescription,
  StatusCodes,
} from 'node-opcua-client'
import { type ErrorContext, translateError } from './errors.ts'
import { inBatches, limitNodes, limitsOf, type OperationLimits, withProfile } from './operation-limits.ts'
import type { RawSession } from './raw-session.ts'
import { profileOf, type VendorProfile } from './vendor-profile.ts'

// Read, browse and translate on one session, within the server's limits, one request in flight. Rejects with GatewayErrors.

export interface BrowseOutcome {
  readonly references: readonly ReferenceDescription[]
  readonly truncated: boolean
  /** Name of the StatusCode when the server refused this node. */
  readonly problem: string | undefined
}

/** HierarchicalReferences, ns 0. */
const hierarchical = 'i=33'
const namespaceArrayNode = 'i=2255'
const serverStateNode = 'i=2259'
const currentTimeNode = 'i=2258'
const startTimeNode = 'i=2257'
const serviceLevelNode = 'i=2267'
/** BuildInfo (Part 5, 12.4): who made it, and what it is. */
const manufacturerNode = 'i=2263'
const productNode = 'i=2261'
/** MinSupportedSampleRate (Part 5, 6.3.2), ms; one that says more than this is not believed. */
const sampleRateNode = 'i=2272'
const slowestSampleMs = 10_000
/** All fields of a ReferenceDescription (Part 4, 5.9.2.2). */
const everyField = 0x3f
/** References of one node in one answer; the rest comes with continuation points, so that no answer grows too large. */
const referencesPerAnswer = 1000
/** References kept per node when nobody asks for less: a folder larger than this is a fault of the server. */
const childrenLimit = 100_000

export class SessionAccess {
  readonly session: RawSession
  readonly namespaces: readonly string[]
  readonly limits: OperationLimits
  readonly profile: VendorProfile
  /** When the server started, ms since the epoch by its clock; 0 = it does not say. */
  readonly startedAt: number
  /** The server looks at its values no more often than this; 0 = it does not say. */
  readonly shortestSamplingMs: number
  readonly #address: string

  private constructor(
    session: RawSession,
    address: string,
    namespaces: readonly string[],
    limits: OperationLimits,
    profile: VendorProfile,
    startedAt: number,
    shortestSamplingMs: number,
  ) {
    this.shortestSamplingMs = shortestSamplingMs
    this.profile = profile
    this.startedAt = startedAt
    this.session = session
    this.namespaces = namespaces
    this.limits = limits
    this.#address = address
  }

  /** Reads namespaces and limits; a server without limits gets our defaults. */
  static async open(session: RawSession, address: string): Promise<SessionAccess> {
    const facts = [namespaceArrayNode, manufacturerNode, productNode, startTimeNode, sampleRateNode]
    const nodes = [...facts, ...limitNodes].map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value }))
    const context = { address, doing: 'reading the limits of the server' }
    const values = await translated(context, () =>
      inBatches(
        nodes,
        nodes.length,
        (part) => session.read(part),
        () => undefined,
      ),
    )
    const [namespaceArray, manufacturer, product, startTime, sampleRate, ...limits] = values
    const profile = profileOf(String(manufacturer?.value?.value ?? ''), String(product?.value?.value ?? ''))
    const namespaces: unknown = namespaceArray?.value?.value
    const numbers = limits.map(numberIn)
    const sampleMs = numberIn(sampleRate) ?? 0
    return new SessionAccess(
      session,
      address,
      Array.isArray(namespaces) ? namespaces.map(String) : [],
      withProfile(limitsOf(numbers), profile),
      profile,
      startTime?.value?.value instanceof Date ? startTime.value.value.getTime() : 0,
      sampleMs > 0 && sampleMs <= slowestSampleMs ? sampleMs : 0,
    )
  }

  /** One attribute of many nodes; undefined where the server refused the node. */
  read(nodeIds: readonly NodeId[], attributeId: number = AttributeIds.Value): Promise<(DataValue | undefined)[]> {
    const nodes = nodeIds.map((nodeId) => ({ nodeId, attributeId }))
    return this.#translated('reading nodes', () =>
      inBatches<(typeof nodes)[number], DataValue | undefined>(
        nodes,
        this.limits.nodesPerRead,
        (part) => this.session.read(part),
        () => undefined,
      ),
    )
  }

  /** The cheapest question there is; rejects when the server does not answer it. */
  async readServerState(): Promise<void> {
    await this.#translated('asking for the state of the server', () =>
      this.session.read({ nodeId: serverStateNode, attributeId: AttributeIds.Value }),
    )
  }

  /** ms since the epoch by the server's clock; undefined when it does not say. */
  async readServerTime(): Promise<number | undefined> {
    const value = await this.#translated('asking for the time of the server', () =>
      this.session.read({ nodeId: currentTimeNode, attributeId: AttributeIds.Value }),
    )
    const time: unknown = value.value?.value
    return time instanceof Date && time.getTime() > 0 ? time.getTime() : undefined
  }

  /** 0 to 255 (Part 4, 6.6.2.4.2); a server that does not say is as good as any. */
  async readServiceLevel(): Promise<number> {
    const value = await this.#translated('asking for the service level', () =>
      this.session.read({ nodeId: serviceLevelNode, attributeId: AttributeIds.Value }),
    )
    const level: unknown = value.value?.value
    return typeof level === 'number' ? level : 255
  }

  /** Targets of browse paths, each all qualified, from the root folder. */
  translate(paths: readonly string[]): Promise<(BrowsePathResult | undefined)[]> {
    return this.#translated('resolving browse paths', () =>
      inBatches<string, BrowsePathResult | undefined>(
        paths,
        this.limits.nodesPerTranslate,
        (part) => this.session.translateBrowsePath(part.map((path) => makeBrowsePath('i=84', path))),
        () => undefined,
      ),
    )
  }

  /** Hierarchical children, complete: continuation points are drained at once, since some servers keep few and not long. */
  browse(nodeIds: readonly NodeId[], limit = childrenLimit): Promise<BrowseOutcome[]> {
    return this.#translated('browsing', () =>
      inBatches(
        nodeIds,
        this.limits.nodesPerBrowse,
        (part) => this.#browseBatch(part, limit),
        (): BrowseOutcome => ({ references: [], truncated: false, problem: 'BadUnexpectedError' }),
      ),
    )
  }

  /** Whether each node has any hierarchical child; asks for one only, since the first level of a tree can be very wide. */
  haveChildren(nodeIds: readonly NodeId[]): Promise<boolean[]> {
    return this.#translated('browsing', () =>
      inBatches(
        nodeIds,
        this.limits.nodesPerBrowse,
        (part) => this.#haveChildren(part),
        () => false,
      ),
    )
  }

  async #haveChildren(nodeIds: readonly NodeId[]): Promise<boolean[]> {
    const answers = await this.#ask(nodeIds, 1)
    const points = answers.flatMap((a) => (a.continuationPoint?.length ? [a.continuationPoint] : []))
    if (points.length > 0) await this.session.browseNext(points, true)
    return answers.map(
      (a) => (a.references?.length ?? 0) > 0 || a.statusCode.equals(StatusCodes.BadNoContinuationPoints),
    )
  }

  #ask(nodeIds: readonly NodeId[], references: number): Promise<BrowseResult[]> {
    // Taken over when the request is made, which is before `browse` returns.
    this.session.requestedMaxReferencesPerNode = references
    return this.session.browse(nodeIds.map(description))
  }

  async #browseBatch(nodeIds: readonly NodeId[], limit: number): Promise<BrowseOutcome[]> {
    const answers = await this.#ask(nodeIds, referencesPerAnswer)
    const outcomes: BrowseOutcome[] = []
    for (const [i, answer] of answers.entries()) {
      const nodeId = nodeIds[i]!
      // The server had no continuation point left for this one in the batch: alone it gets one.
      const alone = answer.statusCode.equals(StatusCodes.BadNoContinuationPoints) && nodeIds.length > 1
      if (alone) outcomes.push(...(await this.#browseBatch([nodeId], limit)))
      else outcomes.push(await this.#drain(answer, limit))
    }
    return outcomes
  }

  async #drain(first: BrowseResult, limit: number): Promise<BrowseOutcome> {
    if (first.statusCode.isNotGood()) return { references: [], truncated: false, problem: first.statusCode.name }
    const references = [...(first.references ?? [])]
    let point = first.continuationPoint
    while (point && point.length > 0) {
      const enough = references.length >= limit
      const next = await this.session.browseNext(point, enough)
      if (enough) break
      if (next.statusCode.isNotGood()) return { references, truncated: true, problem: next.statusCode.name }
      references.push(...(next.references ?? []))
      point = next.continuationPoint
    }
    return {
      references: references.slice(0, limit),
      truncated: references.length > limit || (point?.length ?? 0) > 0,
      problem: undefined,
    }
  }

  #translated<T>(doing: string, call: () => Promise<T>): Promise<T> {
    return translated({ address: this.#address, doing }, call)
  }
}

function numberIn(value: DataValue | undefined): number | undefined {
  const content: unknown = value?.value?.value
  return typeof content === 'number' ? content : undefined
}

async function translated<T>(context: ErrorContext, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw translateError(error, context)
  }
}

function description(nodeId: NodeId) {
  return {
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: hierarchical,
    includeSubtypes: true,
    nodeClassMask: 0,
    resultMask: everyField,
  }
}
