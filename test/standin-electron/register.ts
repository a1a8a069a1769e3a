import { registerHooks } from 'node:module'

// Makes `electron` mean the stand-in, for import and require alike, as it does inside the real executable.

const standIn = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    if (/^electron(\/main|\/common)?$/.test(specifier)) return { url: standIn, shortCircuit: true }
    return next(specifier, context)
  },
})
