/**
 * The process that imports one module and says how many milliseconds that took. Arguments: the module, and what the
 * app has imported before it.
 */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** Milliseconds after which Node has done what it puts off while it loads modules, such as collecting garbage. */
const REST = 50

const [module, ...before] = process.argv.slice(2) as [string, ...string[]]
// The loader starts up with its first CommonJS module, which every app with Express has anyway.
await import('./nothing.cjs')
for (const one of before) await import(one)
if (before.length > 0) await setTimeout(REST)
else if (isLoaded('http')) throw new Error('node:http is loaded already')

const begin = performance.now()
await import(module)
const end = performance.now()

// Not through process.stdout, which loads streams and sockets.
writeSync(1, `${end - begin}\n`)

function isLoaded(builtin: string): boolean {
  const { moduleLoadList } = process as { moduleLoadList?: string[] }
  if (!moduleLoadList) throw new Error('this Node does not tell what it has loaded')
  return moduleLoadList.includes(`NativeModule ${builtin}`)
}
