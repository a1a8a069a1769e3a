import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

// One bundle per process or thread. Only better-sqlite3 stays outside: it is native, and the only production dependency.
const mainEntries = {
  shell: resolve('main/shell/main.ts'),
  'tb-gateway': resolve('main/headless/tb-gateway.ts'),
  'engine-thread': resolve('main/engine/engine-thread.ts'),
  'store-thread': resolve('main/engine/store/store-thread.ts'),
  'history-thread': resolve('main/engine/history/history-thread.ts'),
  'demo-thread': resolve('main/demo/demo-thread.ts'),
}

export default defineConfig({
  main: {
    plugins: [opcuaServerInBundle()],
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: mainEntries,
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
        external: ['better-sqlite3', 'electron', 'proper-lockfile'],
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: resolve('preload/preload.ts') },
        // A sandboxed preload can not be an ES module (Electron, tutorial/esm).
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    base: '/',
    plugins: [react()],
    build: {
      outDir: resolve('out/renderer'),
      emptyOutDir: true,
      minify: true,
      rollupOptions: { input: resolve('renderer/index.html') },
    },
  },
})

/**
 * The demo's OPC UA server reads files beside its own sources, which a bundle does not have: its version, the standard nodeset
 * (copied beside the bundle, main/demo/opcua-plant.ts looks there) and test fixtures, which it only re-exports.
 */
function opcuaServerInBundle(): Plugin {
  const packages = resolve('node_modules')
  const fixtures = 'node-opcua-address-space/testHelpers.js'
  const readsVersion =
    /JSON\.parse\(fs\.readFileSync\(path\.join\(here, "\.\.", "package\.json"\), "utf8"\)\)\s*\.version/
  return {
    name: 'opcua-server-in-bundle',
    enforce: 'pre',
    resolveId: (id) => (id === fixtures ? `\0${fixtures}` : undefined),
    load: (id) =>
      id === `\0${fixtures}`
        ? 'export const get_empty_nodeset_filename = undefined, get_mini_nodeset_filename = undefined'
        : undefined,
    transform(code, id) {
      if (!id.replaceAll('\\', '/').endsWith('node-opcua-server/dist/opcua_server.js')) return undefined
      if (!readsVersion.test(code))
        this.error('node-opcua-server reads its version in another way now: adapt this plugin')
      const { version } = JSON.parse(readFileSync(resolve(packages, 'node-opcua-server/package.json'), 'utf8'))
      return { code: code.replace(readsVersion, JSON.stringify(version)), map: null }
    },
    generateBundle() {
      const file = 'nodesets/Opc.Ua.NodeSet2.ndjson.gz'
      this.emitFile({
        type: 'asset',
        fileName: file,
        source: readFileSync(resolve(packages, 'node-opcua-nodesets', file)),
      })
    },
  }
}
