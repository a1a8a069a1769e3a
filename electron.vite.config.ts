import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

// One bundle per process or thread. Only better-sqlite3 stays outside: it is native, and the only production dependency.
const mainEntries = {
  shell: resolve('main/shell/main.ts'),
  'tb-gateway': resolve('main/headless/tb-gateway.ts'),
  'engine-thread': resolve('main/engine/engine-thread.ts'),
  'store-thread': resolve('main/engine/store/store-thread.ts'),
  'demo-thread': resolve('main/demo/demo-thread.ts'),
}

export default defineConfig({
  main: {
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
      rollupOptions: { input: resolve('renderer/index.html') },
    },
  },
})
