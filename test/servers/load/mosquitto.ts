import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** sbin is not on everybody's path. */
export const mosquittoCommand = process.env['MOSQUITTO'] ?? 'mosquitto'
export const mosquittoEnvironment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` }

/** Version text, or undefined when there is no Mosquitto here. */
export async function mosquittoVersion(): Promise<string | undefined> {
  return await new Promise((resolve) => {
    // `-h` exits with 3 and prints "mosquitto version 2.0.11".
    execFile(mosquittoCommand, ['-h'], { env: mosquittoEnvironment }, (_error, stdout) =>
      resolve(/version (\S+)/.exec(stdout)?.[1]),
    )
  })
}

/** A broker that limits nothing: what is measured is the gateway. Loopback only, nothing kept on disk. */
export async function writeMosquittoConfig(folder: string, port: number): Promise<string> {
  const file = join(folder, `mosquitto-${port}.conf`)
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'max_queued_bytes 0',
    'set_tcp_nodelay true',
    'log_dest stderr',
    'log_type error',
    'log_type warning',
    '',
  ]
  await writeFile(file, lines.join('\n'))
  return file
}
