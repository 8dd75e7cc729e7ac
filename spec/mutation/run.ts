/**
 * Changes lib a little, thousands of times, and sees whether a spec fails each time. A mutant that survives is either
 * killed by a new spec or listed in `survivors.json` with the reason why no spec can or should tell it from the original.
 * `--again` goes by the report of the last run, with the reasons that were listed since.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { record } from '../assurance/recording.js'
import { type Reason, type Report, scores, survivorsOf } from './report.js'

const PROMISED = 90
/** For a machine that only wants to know whether it works: what decides, what fits, what is sealed. */
const QUICK = ['lib/session/decide.ts', 'lib/cookie/budget.ts', 'lib/token/seal.ts']

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    record: { type: 'boolean' },
    only: { type: 'string' },
    again: { type: 'boolean' },
  },
})
const only = values.quick ? QUICK.join(',') : values.only

const stryker = fileURLToPath(new URL('node_modules/.bin/stryker', import.meta.url))
if (!values.again) {
  const args = ['run', 'spec/mutation/stryker.config.json', ...(only ? ['-m', only] : [])]
  const { status } = spawnSync(stryker, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const report: Report = read('.report/mutation.json')
const reasons: readonly Reason[] = read('survivors.json')
const { folders, total } = scores(report)
const { unlisted, listed } = survivorsOf(report, reasons)
console.log(`\n${total.score.toFixed(1)}% of ${total.mutants} mutants were noticed (${PROMISED}% are promised)`)
console.log(`${listed.length} of those that survived are listed with a reason, ${unlisted.length} are not`)
for (const { file, line, original, replacement } of unlisted) {
  console.log(`${file}:${line}\n  - ${original}\n  + ${replacement}`)
}
if (values.record) record('mutation', { total, folders, listed: listed.length, unlisted: unlisted.length })
if (total.score < PROMISED) process.exitCode = 1

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
}
