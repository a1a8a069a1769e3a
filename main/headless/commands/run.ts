import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, exitCodes, parseCommand, print, required, say } from '../command.ts'
import { readImported } from '../followed-files.ts'
import { configPathOf, isForeign, readForeignConfig } from '../foreign-config.ts'
import { HeadlessGateway } from '../headless-gateway.ts'
import { stopRequested } from '../signals.ts'
import { parseUiAddress } from '../ui-address.ts'
import { checkConfigFile } from './check.ts'

export const runCommand: Command = {
  usage: 'run --data DIR [--config PATH] [--ui HOST:PORT|off]',
  about: `Runs the gateway without a window until Ctrl-C or SIGTERM; then it drains for up to 10 s and exits 0.

  --data DIR    where the gateway keeps what is not delivered yet, its vault and its log
  --config PATH a gateway.json (default: DIR/gateway.json), or a tb_gateway.json, tb_gateway.yaml or folder of a
                ThingsBoard gateway. Those are only read: they are converted into DIR/gateway.json at the first start
                and again when they change, until that file is edited here; then changes wait as a proposal.
  --ui          where the UI is served; 127.0.0.1:8086, or another port when that one is taken`,
  async run(args) {
    const { values } = parseCommand(args, {
      data: { type: 'string' },
      config: { type: 'string' },
      ui: { type: 'string' },
    })
    const dataDir = resolve(required(values.data, '--data DIR'))
    const configPath = values.config === undefined ? undefined : await configPathOf(resolve(values.config))
    const ui = parseUiAddress(values.ui)
    const given = configPath === undefined ? {} : await usable(configPath, dataDir)
    if (!given) return exitCodes.invalidConfiguration

    const asked = stopRequested()
    const gateway = new HeadlessGateway({ dataDir, ...given, demo: false, ui, printLevel: 'info' })
    const ended = Promise.race([asked.then(() => exitCodes.fine), gateway.gaveUp])
    const isRunning = await Promise.race([gateway.start(), ended.then(() => false)])
    if (isRunning)
      print(`ThingsBoard IoT Gateway runs with ${dataDir}. ${uiSentence(gateway.address)} Ctrl-C stops it.`)
    const exitCode = await ended
    if (exitCode === exitCodes.fine) say('tb-gateway: stopping; what ThingsBoard has not acknowledged waits on disk.')
    await gateway.stop()
    return exitCode
  },
}

export const uiSentence = (address: string | undefined): string =>
  address === undefined ? 'The UI is off.' : `UI: ${address}`

/**
 * A file that is there but broken does not stop the gateway (what ran before runs, and the UI says so); a file that is not there,
 * or one that never was anything to run, is a mistake in the command.
 */
async function usable(
  path: string,
  dataDir: string,
): Promise<{ configPath?: string; foreignPath?: string } | undefined> {
  const wasForeign = (await readImported(dataDir))?.path === path
  if (wasForeign || (await isForeign(path))) {
    const { config, problems } = await readForeignConfig(path)
    if (wasForeign || (config && problems.length === 0)) return { foreignPath: path }
    for (const problem of problems) say(`${problem.file}:${problem.path}: ${problem.message}`)
    return undefined
  }
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return { configPath: path }
  const { problems } = await checkConfigFile(path)
  for (const problem of problems) say(`${path}:${problem.path}: ${problem.message}`)
  return undefined
}
