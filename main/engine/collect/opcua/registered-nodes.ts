import type { NodeId } from 'node-opcua-client'
import { statusNameOf } from './errors.ts'
import { inBatches, isRefusal, isTooLarge } from './operation-limits.ts'
import type { RawSession } from './raw-session.ts'
import type { SessionAccess } from './session-access.ts'

// RegisterNodes (Part 4, 5.9.5): a node that is read over and over is found faster by the short NodeId the server gives for
// it. A server that gives the same NodeIds back gains nothing by it, and one that refuses is read plainly: both are asked
// once in a session and left alone then.

/** One node is the problem and not the service: the others are registered without it. */
const nodeFaults: ReadonlySet<string> = new Set(['BadNodeIdInvalid', 'BadNodeIdUnknown'])

export class RegisteredNodes {
  /** They are worth nothing on another session. */
  #session: RawSession | undefined
  /** Short NodeId by the NodeId as text. */
  readonly #short = new Map<string, NodeId>()
  #isUseless = false

  /** Under which NodeId each is read best; whatever else was registered is given back. */
  async register(access: SessionAccess, nodeIds: readonly NodeId[]): Promise<readonly NodeId[]> {
    if (this.#session !== access.session) this.#begin(access.session)
    const wanted = new Map(nodeIds.map((nodeId) => [nodeId.toString(), nodeId]))
    await this.#giveBack(access, (text) => !wanted.has(text))
    const open = [...wanted].flatMap(([text, nodeId]) => (this.#short.has(text) ? [] : [nodeId]))
    const given = await inBatches(
      open,
      access.limits.nodesPerRegister,
      (part) => this.#ask(access.session, part),
      (nodeId) => nodeId,
    )
    for (const [i, nodeId] of open.entries()) {
      const short = given[i]
      if (short && short.toString() !== nodeId.toString()) this.#short.set(nodeId.toString(), short)
    }
    return nodeIds.map((nodeId) => this.#short.get(nodeId.toString()) ?? nodeId)
  }

  /** The server does not know the short NodeId any more, or nobody needs it. */
  forget(nodeId: NodeId): void {
    this.#short.delete(nodeId.toString())
  }

  /** Gives everything back, while the session lives. */
  async release(access: SessionAccess): Promise<void> {
    if (this.#session === access.session) await this.#giveBack(access, () => true)
  }

  #begin(session: RawSession): void {
    this.#session = session
    this.#short.clear()
    this.#isUseless = false
  }

  async #ask(session: RawSession, nodeIds: NodeId[]): Promise<readonly NodeId[]> {
    if (this.#isUseless) return nodeIds
    try {
      const given = await session.registerNodes(nodeIds)
      this.#isUseless = given.every((short, i) => short.toString() === nodeIds[i]?.toString())
      return given
    } catch (error) {
      if (!isRefusal(error) || isTooLarge(error) || nodeFaults.has(statusNameOf(error) ?? '')) throw error
      this.#isUseless = true
      return nodeIds
    }
  }

  async #giveBack(access: SessionAccess, which: (text: string) => boolean): Promise<void> {
    const gone = [...this.#short].filter(([text]) => which(text))
    for (const [text] of gone) this.#short.delete(text)
    await inBatches(
      gone.map(([, short]) => short),
      access.limits.nodesPerRegister,
      async (part) => {
        await access.session.unregisterNodes(part)
        return part
      },
      // They end with the session anyway.
      (short) => short,
    )
  }
}
