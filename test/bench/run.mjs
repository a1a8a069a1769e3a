// npm run bench -- SCENARIO [--seconds N] … ; type stripping and better-sqlite3 need Node 24, which npm has put into
// node_modules/.bin and so in front of the system's.
const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(`The bench needs Node 24 (this is ${process.version}): run it with "npm run bench".\n`)
  process.exit(64)
}
const { main } = await import('./cli.ts')
process.exitCode = await main(process.argv.slice(2))
