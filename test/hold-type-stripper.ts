import { stripTypeScriptTypes } from 'node:module'

/*
 * A thread started from TypeScript source loads Node's type stripper, which is WebAssembly. V8 shares its machine code among all
 * threads of a process and frees it with the last of them; when the next thread compiles it again meanwhile, the process dies with
 * "Check failed: jit_page.has_value()" or SIGSEGV (nodejs/node#64500, seen in 2 of 2,000 threads; in none of 4,000 with this).
 * A test process whose main thread holds the stripper never frees it. The product's threads are JavaScript and do not load it.
 */
stripTypeScriptTypes('')
