import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, exitCodes, parseCommand, print, required, say } from '../command.ts'
import { HeadlessGateway } from '../headless-gateway.ts'
import { stopRequested } from '../signals.ts'
import { parseUiAddress } from '../ui-address.ts'
import { checkConfigFile } from './check.ts'

export const runCommand: Command = {
  usage: 'run --data DIR [--config PATH] [--ui HOST:PORT|off]',
  async run(args) {
    const { values } = parseCommand(args, {
      data: { type: 'string' },
      config: { type: 'string' },
      ui: { type: 'string' },
    })
    const dataDir = resolve(required(values.data, '--data DIR'))
    const configPath = values.config === undefined ? undefined : resolve(values.config)
    const ui = parseUiAddress(values.ui)
    if (configPath !== undefined && !(await isUsable(configPath))) return exitCodes.invalidConfiguration

    const asked = stopRequested()
    const gateway = new HeadlessGateway({ dataDir, configPath, demo: false, ui, printLevel: 'info' })
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
 * A file that is there but broken does not stop the gateway (the last good copy runs and the UI says so); a file that is not
 * there, or of another kind, is a mistake in the command.
 */
async function isUsable(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() && !/\.ya?ml$/i.test(path)) return true
  const { problems } = await checkConfigFile(path)
  for (const problem of problems) say(`${path}:${problem.path}: ${problem.message}`)
  return problems.length === 0
}
