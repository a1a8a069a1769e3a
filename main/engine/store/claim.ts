/** See OpenOptions.claimed in protocol.ts: one BigInt64 shared by the engine's thread and the store's. */
export type Claim = BigInt64Array<ArrayBufferLike>

export function claimedSeq(claim: Claim): number {
  return Number(Atomics.load(claim, 0))
}
