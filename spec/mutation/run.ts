/**
 * Changes lib a little, thousands of times, and sees whether a spec fails each time. A mutant that survives is either
 * killed by a new spec or listed in `survivors.json` with the reason why no spec can or should tell it from the original.
 * Ends with 1 if fewer are noticed than are promised, in a folder or in all.
 *
 *     --folder <names>  only these folders of lib, such as keys,token
 *     --only <files>    only these files, by patterns: to see whether a spec kills what survived
 *     --quick           two files, to see whether it works
 *     --again           goes by the reports of the last runs, with the reasons that were listed since
 *     --record          keeps the figures of the folders that were run, and ends with 1 if a survivor is not listed
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Origin, origin, record, recorded } from '../assurance/recording.js'
import { Code, sourcesOfLib, spelled } from './places.js'
import {
  failuresOf,
  folderOf,
  MUTATED,
  merged,
  PASSES,
  PROMISED,
  type Reason,
  type Report,
  rangesOf,
  scores,
  settled,
  sourcesOf,
  staleReasons,
  survivorsOf,
} from './report.js'

/** For a machine that only wants to know whether it works: what decides, what is sealed. */
const QUICK = ['lib/session/lifetime.ts', 'lib/token/jwe.ts']

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    record: { type: 'boolean' },
    folder: { type: 'string' },
    only: { type: 'string' },
    again: { type: 'boolean' },
  },
})
const files = values.quick ? QUICK.join(',') : values.only
if (files && (values.record || values.again)) {
  throw new Error('--record and --again go by whole folders: leave --quick and --only out')
}
const folders = files ? [] : (values.folder?.split(',') ?? MUTATED)
for (const folder of folders) if (!existsSync(`lib/${folder}`)) throw new Error(`there is no lib/${folder}`)

const runs = folders.map(inFolder)
const report = merged(files ? [ran(files, files.split(',').map(folderOf))] : runs)
const reasons: readonly Reason[] = read('survivors.json')
const found = scores(report)
const code = new Code({ ...sourcesOfLib(), ...sourcesOf(report) })
const { unlisted, listed } = survivorsOf(report, reasons, code)
console.log(
  `\n${found.total.score.toFixed(1)}% of ${found.total.mutants} mutants were noticed (${PROMISED}% are promised)`,
)
console.log(`${listed.length} of those that survived are listed with a reason, ${unlisted.length} are not`)
for (const { file, line, original, replacement } of unlisted) {
  console.log(`${file}:${line}\n  - ${spelled(original)}\n  + ${spelled(replacement)}`)
}
for (const { in: name, original, replacements } of staleReasons(report, reasons, code)) {
  console.log(`listed, and did not survive: in ${name}\n  - ${original}\n  + ${replacements.join()}`)
}
for (const reason of reasons) {
  const fault = code.faultOf(reason)
  if (fault) console.log(`listed, and about no single place: ${fault}`)
}
if (values.record) {
  const measured = runs.map(({ folder, origin }) => {
    const explained = listed.filter(({ file }) => folderOf(file) === folder).length
    return [folder, { ...origin, ...found.folders[folder], listed: explained }]
  })
  record('mutation', { folders: { ...(recorded('mutation')?.['folders'] as object), ...Object.fromEntries(measured) } })
}
const failures = failuresOf(found, unlisted, { isRecorded: values.record === true })
for (const failure of failures) console.log(`FAILED: ${failure}`)
if (failures.length > 0) process.exitCode = 1

interface Run extends Report {
  readonly folder: string
  /** Of the code that was changed, which may be another by the time that it is recorded. */
  readonly origin: Origin
}

function inFolder(folder: string): Run {
  const kept = `.report/${folder}.json`
  if (values.again) return read(kept)
  const run = { folder, origin: origin(folder), ...ran(`lib/${folder}/**/*.ts`, [folder]) }
  writeFileSync(new URL(kept, import.meta.url), JSON.stringify(run))
  return run
}

/**
 * Pass after pass, each with specs that take longer, and only for what has survived so far.
 *
 * @param own folders whose specs may notice something first
 */
function ran(files: string, own: readonly string[]): Report {
  return PASSES.reduce<Report | undefined>((report, pass) => {
    const mutate = report === undefined ? files : rangesOf(report).join(',')
    if (report !== undefined && mutate === '') return report
    console.log(`\nPass "${pass}"`)
    const found = stryker(mutate, { OWN_SPECS: own.join(','), PASS: pass })
    return report === undefined ? found : settled(report, found)
  }, undefined) as Report
}

function stryker(mutate: string, env: NodeJS.ProcessEnv): Report {
  const program = fileURLToPath(new URL('node_modules/.bin/stryker', import.meta.url))
  const { status } = spawnSync(program, ['run', 'spec/mutation/stryker.config.json', '-m', mutate], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (status !== 0) process.exit(status ?? 1)
  return read('.report/mutation.json')
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
}
