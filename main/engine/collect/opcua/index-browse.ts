import {
  type BrowseDescriptionOptions,
  BrowseDirection,
  type BrowseResult,
  type NodeId,
  type ReferenceDescription,
} from 'node-opcua-client'
import { statusNameOf } from './errors.ts'
import { isRefusal, type OperationLimits } from './operation-limits.ts'
import { within } from './within.ts'

// One polite step of a walk: the children of a batch of nodes, continuation points drained before anything else is asked,
// because some servers keep few of them and not for long. References are handed on as they come: a folder of a million
// children is never held as a million objects.

/** What a walk needs of a session; SessionAccess has it. */
interface BrowsingSession {
  browse(nodes: BrowseDescriptionOptions[]): Promise<BrowseResult[]>
  browseNext(points: Buffer[], release: boolean): Promise<BrowseResult[]>
  requestedMaxReferencesPerNode: number
}

export interface BrowsingAccess {
  readonly session: BrowsingSession
  readonly namespaces: readonly string[]
  readonly limits: Pick<OperationLimits, 'nodesPerWalk' | 'nodesPerRead'>
}

export interface BrowseStep {
  readonly nodeIds: readonly NodeId[]
  /** Asked for in one answer per node; the rest comes by continuation point. */
  readonly referencesPerNode: number
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Children of `nodeIds[index]`; may be called several times, and again with the same after a lost continuation point. */
  readonly found: (index: number, references: readonly ReferenceDescription[]) => void
}

export interface StepResult {
  /** Name of the StatusCode by index, for nodes the server refused. */
  readonly refused: ReadonlyMap<number, string>
  /** Nodes whose continuation point was lost twice: their children may be incomplete. */
  readonly cut: readonly number[]
}

/** HierarchicalReferences, ns 0. */
const hierarchical = 'i=33'
/** All fields of a ReferenceDescription (Part 4, 5.9.2.2) but the reference type and the direction. */
const wantedFields = 0x3c
/** A node that is asked for alone may fill an answer. */
const referencesAlone = 1000
/** Continuation points in one BrowseNext. */
const pointsPerCall = 100
const releaseTimeoutMs = 500

/** Rejects when the batch as a whole failed; references found until then stay found. */
export async function browseStep({ session }: BrowsingAccess, step: BrowseStep): Promise<StepResult> {
  const refused = new Map<number, string>()
  const again: number[] = []
  const answers = await ask(session, step, step.nodeIds, step.referencesPerNode)
  const open = sort(answers, (i) => i, step, refused, again)
  await drain(session, open, step, again)
  const cut: number[] = []
  for (const index of again) if (!(await browseAlone(session, index, step, refused))) cut.push(index)
  return { refused, cut }
}

interface Point {
  readonly index: number
  readonly bytes: Buffer
}

function ask(
  session: BrowsingSession,
  { signal, timeoutMs }: BrowseStep,
  nodeIds: readonly NodeId[],
  references: number,
): Promise<BrowseResult[]> {
  // Taken over when the request is made, which is before `browse` returns.
  session.requestedMaxReferencesPerNode = references
  return within(session.browse(nodeIds.map(description)), { signal, timeoutMs, doing: 'browsing' })
}

/** Hands the references on; returns the continuation points, and puts into `again` what has to be asked for alone. */
function sort(
  answers: readonly BrowseResult[],
  indexOf: (i: number) => number,
  { found }: BrowseStep,
  refused: Map<number, string>,
  again: number[],
): Point[] {
  const points: Point[] = []
  for (const [i, answer] of answers.entries()) {
    const index = indexOf(i)
    if (answer.statusCode.isNotGood()) {
      // The server has no continuation point to give in this batch, or has lost one.
      if (lostPoint.has(answer.statusCode.name)) again.push(index)
      else refused.set(index, answer.statusCode.name)
      continue
    }
    if (answer.references?.length) found(index, answer.references)
    if (answer.continuationPoint?.length) points.push({ index, bytes: answer.continuationPoint })
  }
  return points
}

const lostPoint: ReadonlySet<string> = new Set(['BadNoContinuationPoints', 'BadContinuationPointInvalid'])

async function drain(session: BrowsingSession, open: Point[], step: BrowseStep, again: number[]): Promise<void> {
  const { signal, timeoutMs } = step
  let points = open
  try {
    while (points.length > 0) {
      const part = points.slice(0, pointsPerCall)
      const doing = 'browsing on'
      const next = session.browseNext(
        part.map((p) => p.bytes),
        false,
      )
      const answers = await within(next, { signal, timeoutMs, doing })
      const lost = new Map<number, string>()
      const more = sort(answers, (i) => part[i]!.index, step, lost, again)
      again.push(...lost.keys())
      points = [...more, ...points.slice(pointsPerCall)]
    }
  } catch (error) {
    if (points.length > 0) await release(session, points)
    if (signal.aborted || !isRefusal(error)) throw error
    again.push(...new Set(points.map((p) => p.index)))
  }
}

/** Complete, or false when its continuation points are lost even when nothing else is asked. */
async function browseAlone(
  session: BrowsingSession,
  index: number,
  step: BrowseStep,
  refused: Map<number, string>,
): Promise<boolean> {
  const [answer] = await ask(session, step, [step.nodeIds[index]!], referencesAlone)
  if (!answer || answer.statusCode.isNotGood()) {
    refused.set(index, answer?.statusCode.name ?? 'BadUnexpectedError')
    return true
  }
  const again: number[] = []
  await drain(
    session,
    sort([answer], () => index, step, refused, again),
    step,
    again,
  )
  return again.length === 0
}

async function release(session: BrowsingSession, points: readonly Point[]): Promise<void> {
  const released = session.browseNext(
    points.slice(0, pointsPerCall).map((p) => p.bytes),
    true,
  )
  await within(released, { timeoutMs: releaseTimeoutMs, doing: 'ending a browse' }).catch(() => undefined)
}

/** The server takes less in one call than we asked for: smaller batches help. */
export function isTooMuch(error: unknown): boolean {
  return tooMuch.has(statusNameOf(error) ?? '')
}

const tooMuch: ReadonlySet<string> = new Set([
  'BadTooManyOperations',
  'BadResponseTooLarge',
  'BadRequestTooLarge',
  'BadEncodingLimitsExceeded',
  'BadTcpMessageTooLarge',
  'BadTimeout',
  'BadRequestTimeout',
])

/** The server is short of something: a pause helps. */
export function isBusy(error: unknown): boolean {
  return busy.has(statusNameOf(error) ?? '')
}

const busy: ReadonlySet<string> = new Set([
  'BadOutOfMemory',
  'BadResourceUnavailable',
  'BadTcpNotEnoughResources',
  'BadServerTooBusy',
  'BadTooManyPendingRequests',
])

function description(nodeId: NodeId): BrowseDescriptionOptions {
  return {
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: hierarchical,
    includeSubtypes: true,
    nodeClassMask: 0,
    resultMask: wantedFields,
  }
}
