/**
 * Changes lib a little, thousands of times, and sees whether a spec fails each time. A mutant that survives is either
 * killed by a new spec or listed in `survivors.json` with the reason why no spec can or should tell it from the original.
 * Ends with 1 if fewer are noticed than are promised, in a folder or in all.
 *
 *     --folder <names>  only these folders of lib, such as keys,token
 *     --only <files>    only these files, by patterns: to see whether a spec kills what survived
 *     --quick           two files, to see whether it works
 *     --new-specs       only what specs can notice that were added since the last run on the very same lib
 *     --again           goes by the report of the last run, with the reasons that were listed since
 *     --record          keeps the figures of the folders that were run, and ends with 1 if a survivor is not listed
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { digestOfLib } from '../../bench/measure/lib-digest.js'
import { origin, record, recorded } from '../assurance/recording.js'
import {
  failuresOf,
  folderOf,
  inFolders,
  MUTATED,
  PROMISED,
  type Reason,
  type Report,
  scores,
  staleReasons,
  survivorsOf,
} from './report.js'

/** For a machine that only wants to know whether it works: what decides, what is sealed. */
const QUICK = ['lib/session/decide.ts', 'lib/token/seal.ts']

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    record: { type: 'boolean' },
    folder: { type: 'string' },
    only: { type: 'string' },
    again: { type: 'boolean' },
    'new-specs': { type: 'boolean' },
  },
})
const files = values.quick ? QUICK.join(',') : values.only
if (values.record && files) throw new Error('--record keeps the figures of whole folders: leave --quick and --only out')
const folders = values.folder?.split(',') ?? MUTATED

if (!values.again && files) stryker(['-m', files], files.split(',').map(folderOf))
if (!values.again && !files) for (const folder of folders) mutate(folder)

const whole: Report = read('.report/mutation.json')
const report = files ? whole : inFolders(whole, folders)
const reasons: readonly Reason[] = read('survivors.json')
const found = scores(report)
const { unlisted, listed } = survivorsOf(report, reasons)
console.log(
  `\n${found.total.score.toFixed(1)}% of ${found.total.mutants} mutants were noticed (${PROMISED}% are promised)`,
)
console.log(`${listed.length} of those that survived are listed with a reason, ${unlisted.length} are not`)
for (const { file, line, original, replacement } of unlisted) {
  console.log(`${file}:${line}\n  - ${original}\n  + ${replacement}`)
}
for (const { file, context, replacement } of staleReasons(report, reasons)) {
  console.log(`listed, and did not survive: ${file}\n  - ${context}\n  + ${replacement}`)
}
if (values.record) {
  const measured = Object.entries(found.folders).map(([folder, score]) => {
    const explained = listed.filter(({ file }) => file.startsWith(`lib/${folder}/`)).length
    return [folder, { ...origin(folder), ...score, listed: explained }]
  })
  record('mutation', { folders: { ...(recorded('mutation')?.['folders'] as object), ...Object.fromEntries(measured) } })
}
const failures = failuresOf(found, unlisted, { isRecorded: values.record === true })
for (const failure of failures) console.log(`FAILED: ${failure}`)
if (failures.length > 0) process.exitCode = 1

function mutate(folder: string): void {
  // Stryker takes over what it saw if a mutant's own file and specs are the same: so it must be the same lib as a whole.
  const seen = ['--incremental', '--incrementalFile', `spec/mutation/.report/seen-${digestOfLib()}.json`]
  stryker(['-m', `lib/${folder}/**/*.ts`, ...seen, ...(values['new-specs'] ? [] : ['--force'])], [folder])
}

/** @param first folders whose specs are the first that may notice something: see `dearest-last.ts` */
function stryker(args: readonly string[], first: readonly string[]): void {
  const program = fileURLToPath(new URL('node_modules/.bin/stryker', import.meta.url))
  const env = { ...process.env, FIRST_SPECS: first.join(',') }
  const { status } = spawnSync(program, ['run', 'spec/mutation/stryker.config.json', ...args], {
    stdio: 'inherit',
    env,
  })
  if (status !== 0) process.exit(status ?? 1)
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
}
