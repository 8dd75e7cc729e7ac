import { SessionError } from '../../lib/errors.js'
import { readKeys } from '../../lib/keys/source.js'
import { RANDOM_FORMS, Randomness } from './random-forms.js'

/*
 * How many random keys of each form are refused, and why: `npx tsx spec/keys/random-keys.ts [how many of each] [form]`,
 * the form as a part of its name.
 * It must be none. spec/keys/random-keys.spec.ts does the same with fewer.
 */

const [COUNT, NAMED] = [Number(process.argv[2] ?? 1_000_000), process.argv[3] ?? '']

let refused = 0
for (const [index, [form, make]] of Object.entries(RANDOM_FORMS).entries()) {
  if (!form.includes(NAMED)) continue
  const random = new Randomness(index + 1)
  const reasons = new Map<string, number>()
  for (let round = 0; round < COUNT; round++) {
    try {
      readKeys(make(random))
    } catch (error) {
      if (!(error instanceof SessionError)) throw error
      reasons.set(error.message, (reasons.get(error.message) ?? 0) + 1)
    }
  }
  const count = [...reasons.values()].reduce((sum, one) => sum + one, 0)
  refused += count
  console.log(`${String(count).padStart(7)} of ${COUNT} refused: ${form}`)
  for (const [message, times] of reasons) console.log(`        ${times} x ${message.slice(0, 90)}`)
}
process.exitCode = refused === 0 ? 0 : 1
