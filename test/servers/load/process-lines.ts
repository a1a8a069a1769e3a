import { createInterface } from 'node:readline'

/** The other side of LineProcess: one JSON object per line out, one word per line in; dies with the process that started it. */
export function speakLines(commands: Readonly<Record<string, () => void>>): (event: object) => void {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => commands[line]?.())
  lines.on('close', () => process.exit(0))
  return (event) => process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** Arguments as `name=value`. */
export function namedArguments(): (name: string) => string {
  const pairs = new Map(process.argv.slice(2).map((text) => [text.split('=', 1)[0] ?? '', text.replace(/^[^=]*=/, '')]))
  return (name) => {
    const value = pairs.get(name)
    if (value === undefined) {
      process.stderr.write(`${name}=… is missing\n`)
      process.exit(64)
    }
    return value
  }
}
