import type { CollectionOptions } from './collection-options.ts'
import type { Kept } from './kept.ts'
import type { SessionAccess } from './session-access.ts'

/** Beside the tags: events, and changes of nodes where somebody waits for new ones. */
export async function watchBeside(
  { config, events }: Pick<CollectionOptions, 'config' | 'events'>,
  { subscriptions }: Kept,
  access: SessionAccess,
): Promise<void> {
  // First, so that a node that comes while the others are asked for is not missed.
  if (config.rules.length > 0 || !events.isEmpty) await subscriptions.watchModel(access.session)
  await subscriptions.watchEvents(access, events)
}
