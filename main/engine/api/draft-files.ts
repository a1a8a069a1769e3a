import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import { writeExport } from '../config/export/write-export.ts'
import { maskSecrets } from '../config/mask.ts'

type Files = RequestOutput<'draft.files'>

/** What a window can show beside one another; a larger configuration is exported by the command. */
const bytesLimit = 8_000_000

/** The draft as the files of a ThingsBoard gateway, each beside what it would be of the running configuration. Holds no secret. */
export function draftFiles(
  before: GatewayConfig,
  after: GatewayConfig,
  namespaces: ReadonlyMap<string, readonly string[]>,
): Files {
  const text = (config: GatewayConfig): string => JSON.stringify(maskSecrets(config), null, 2)
  const [earlier, later] = [text(before), text(after)]
  if (earlier.length + later.length > bytesLimit) return { isTooLarge: true, files: [], counts: noCounts }
  const former = writeExport({ text: earlier, config: maskSecrets(before), namespaces })
  const next = writeExport({ text: later, config: maskSecrets(after), namespaces })
  const names = new Set([...next.files, ...former.files].map(({ name }) => name))
  const files = [...names].map((name) => ({
    name,
    before: former.files.find((file) => file.name === name)?.text ?? '',
    after: next.files.find((file) => file.name === name)?.text ?? '',
  }))
  return { isTooLarge: false, files, counts: next.counts }
}

const noCounts: Files['counts'] = { exact: 0, interpreted: 0, unsupported: 0 }
