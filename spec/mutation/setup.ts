import fc from 'fast-check'
import { afterEach } from 'vitest'

// A mutant is dead at the first counterexample: nobody reads the smallest one.
fc.configureGlobal({ endOnFailure: true })

// Files that share a worker would be loaded also after the first failure.
const worker = globalThis as { isMutantDead?: boolean }
if (worker.isMutantDead) throw new Error('a spec has noticed the mutant already')
afterEach(({ task }) => {
  if (task.result?.state === 'fail') worker.isMutantDead = true
})
