// First file of the bundle out/main/tb-gateway.js. Imports nothing before the runtime is known to be new enough:
// better-sqlite3 ends an older Node without a word.

const oldestNode = [22, 13] as const
const exitBug = 70
/** What is left (a socket that lingers, a timer of a library) must not keep a finished command alive. */
const lingerMs = 2000

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
  process.stderr.write(
    `tb-gateway needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}. ` +
      'Start it with "npm run -s tb-gateway -- …", which brings its own.\n',
  )
  process.exitCode = exitBug
} else {
  // Whoever read our output may be gone (a closed terminal, `| head`): a gateway goes on without.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('uncaughtException', (error) => {
    process.stderr.write(`tb-gateway: a bug: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(exitBug)
  })
  const { runCommandLine } = await import('./cli.ts')
  process.exitCode = await runCommandLine(process.argv.slice(2))
  setTimeout(() => process.exit(), lingerMs).unref()
}

export {}
