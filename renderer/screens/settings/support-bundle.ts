import type { RequestChannel } from '../../../shared/api/channels.ts'
import type { RequestInput } from '../../../shared/api/contract.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'

const bundleParts = ['status', 'issues', 'log', 'config', 'versions'] as const
export type BundlePart = (typeof bundleParts)[number]

/** One page of the contract's size. */
const logLines = 2000
const versionRows = 500

/**
 * What somebody needs who can not stand at this PC. Only answers of the contract: none of them ever holds a secret. A part
 * that can not be read is named and the rest is saved all the same.
 */
export async function supportBundle(): Promise<{ readonly text: string; readonly missing: readonly BundlePart[] }> {
  const answers = await Promise.all([
    ask('status.get', null),
    ask('issues.list', { closed: true }),
    ask('log.page', { offset: 0, limit: logLines, level: 'debug', text: '' }),
    ask('config.get', null),
    ask('versions.page', { offset: 0, limit: versionRows }),
  ])
  const parts = Object.fromEntries(bundleParts.map((name, at) => [name, answers[at]?.content]))
  const bundle = {
    product: 'ThingsBoard IoT Gateway',
    takenAt: new Date().toISOString(),
    page: navigator.userAgent,
    ...parts,
  }
  return {
    text: `${JSON.stringify(bundle, null, 2)}\n`,
    missing: bundleParts.filter((_, at) => answers[at]?.failed),
  }
}

async function ask<C extends RequestChannel>(
  channel: C,
  input: RequestInput<C>,
): Promise<{ readonly content: unknown; readonly failed?: ErrorReport }> {
  const result = await request(channel, input)
  return result.ok ? { content: result.value } : { content: { missing: result.error }, failed: result.error }
}
