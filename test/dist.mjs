// `npm run dist`: packages the application. See test/packaging/dist.ts.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `npm run dist needs Node 22.18 or newer; this is ${process.versions.node}. Run it through npm after npm ci.`,
  )
  process.exit(1)
}
const { dist } = await import('./packaging/dist.ts')
process.exitCode = dist(process.argv.slice(2))
