import { readFile, rm } from 'node:fs/promises'
import * as z from 'zod'
import { writeFileAtomic } from './atomic-write.ts'

// An applied version on trial: it is taken back unless delivery comes back in time. The mark on disk survives a crash and
// says who applied what, should the crash come between file and version.

const trialSchema = z.object({
  /** The version on trial, and the one to go back to. */
  version: z.number(),
  before: z.number(),
  author: z.string(),
  note: z.string(),
  /** ms since the epoch. */
  until: z.number(),
  /** ms it still had when the engine was stopped in order; absent while it runs. */
  leftMs: z.number().optional(),
  /** Starts of the engine that followed no orderly stop. */
  crashes: z.number(),
  /** What worked before and must work again. */
  needs: z.object({ online: z.boolean(), acknowledged: z.boolean(), sources: z.array(z.string()) }),
  deliveredBefore: z.number().optional(),
})

export type Trial = z.infer<typeof trialSchema>

/** What the engine delivers at a moment. */
export interface DeliveryPicture {
  readonly isOnline: boolean
  /** Values acknowledged so far, over the life of the data folder. */
  readonly delivered: number
  /** Ids of the sources that are connected. */
  readonly sourcesOnline: readonly string[]
}

/** The second start without an orderly end in between: the version kills the engine. */
const crashLimit = 2
/** What is left after an orderly stop is too little to connect in. */
const leastLeftMs = 10_000

/** What works now has to work afterwards; undefined: nothing worked, so nothing can be lost. */
export function needsOf(
  now: DeliveryPicture,
  delivering: boolean,
  stays: (source: string) => boolean,
): Trial['needs'] | undefined {
  if (!now.isOnline) return undefined
  return { online: true, acknowledged: delivering, sources: now.sourcesOnline.filter(stays) }
}

/** Why the trial is not passed yet, one reason for the operator; undefined: delivery is back. `since`: delivered when it began. */
export function lacking(
  needs: Trial['needs'],
  now: DeliveryPicture,
  since: number,
  nameOf: (source: string) => string,
): string | undefined {
  if (needs.online && !now.isOnline) return 'ThingsBoard was not reached again'
  const lost = needs.sources.filter((id) => !now.sourcesOnline.includes(id)).map((id) => `"${nameOf(id)}"`)
  if (lost.length > 0) return `${lost.length === 1 ? 'the source' : 'the sources'} ${lost.join(', ')} did not come back`
  if (needs.acknowledged && now.delivered <= since) return 'ThingsBoard acknowledged no value any more'
  return undefined
}

/** What a start of the engine makes of a trial it finds. */
export function resumed(trial: Trial, now: number): { readonly trial: Trial; readonly isOver: boolean } {
  const { leftMs, ...rest } = trial
  if (leftMs !== undefined) {
    return { trial: { ...rest, until: now + Math.max(leftMs, leastLeftMs) }, isOver: false }
  }
  const crashes = trial.crashes + 1
  return { trial: { ...rest, crashes }, isOver: crashes >= crashLimit || now >= trial.until }
}

export async function readTrial(path: string): Promise<Trial | undefined> {
  try {
    return trialSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

export function writeTrial(path: string, trial: Trial): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(trial)}\n`)
}

export function endTrial(path: string): Promise<void> {
  return rm(path, { force: true })
}
