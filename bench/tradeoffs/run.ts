/**
 * What it costs to keep a session in a cookie, in memory or in a store, and what happens to it when things go wrong.
 *
 *     --quick               everything once, to see whether it works
 *     --record              keep the raw results with the project, and make its reports of them
 *     --only redis,mysql    these backends alone
 *     --no-experiments      the figures alone
 */
import { execFileSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CONTENDERS, type Contender } from '../contenders/servers.js'
import { checkBuilt } from '../contenders/settings.js'
import { printMeasured, printTable } from '../measure/print.js'
import { type Recording, recordingOf, resultsOf, save, versionsOf } from '../measure/recording.js'
import { quick } from '../measure/turns.js'
import { runExperiments } from './experiments/index.js'
import { measure, type Participant, PLAN, USUAL_SIZE } from './measure.js'
import { ALSO_RATED, BACKENDS, type BackendName, EXPERIMENTS, type TradeoffResults } from './outcome.js'
import { PROGRAMS, startStore, storeVersion } from './stores.js'

const LONGEST_WAIT = 15_000
const TMPFS = 0x01021994
/** Where results are that are not kept. */
const PASSING = new URL('../../tradeoffs/results.json', import.meta.url)

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]))
}

checkBuilt()
const flag = { type: 'boolean' } as const
const options = parseArgs({
  options: { only: { type: 'string' }, 'no-experiments': flag, quick: flag, record: flag },
}).values
const keeps = options.record === true
const begin = performance.now()

try {
  const { results, file } = await everything()
  print(results)
  makeReport(fileURLToPath(file))
} catch (error) {
  console.error(error)
  // Not only the exit code: whatever still runs ends, too.
  process.exit(1)
}

async function everything(): Promise<{ results: Recording & TradeoffResults; file: URL }> {
  const { present, absent } = await gather(backendsWanted())
  const measurements = await measure(present, say)
  const stores = present.flatMap(({ name, server }) => (server && (CONTENDERS[name] as Contender).server) ?? [])
  const packages = [...present.map(({ name }) => name), ...ALSO_RATED].flatMap((name) => [...CONTENDERS[name].packages])
  const versions = {
    ...versionsOf('express', ...packages, 'autocannon'),
    ...Object.fromEntries(stores.map((kind) => [`${kind} server`, storeVersion(kind)])),
  }
  await Promise.all(present.map(({ server }) => server?.end()))
  // What a database confirms costs less where there is no disk to wait for.
  const data = statfsSync(tmpdir()).type === TMPFS ? 'in memory (tmpfs)' : 'on disk'
  const method = { ...PLAN, sessions: PLAN.sessions.join(', '), quick: String(quick), data }
  const result = { benchmark: 'tradeoffs', versions, method, measurements, experiments: [], absent }
  const experiments = options['no-experiments'] ? [] : await experimentsWith(present)
  const results = recordingOf({ ...result, experiments })
  const file = keeps ? resultsOf('tradeoffs') : PASSING
  save(results, file)
  return { results, file }
}

/** With servers of their own, so that nobody has to find a dozen sessions among a hundred thousand. */
async function experimentsWith(before: readonly Participant[]): Promise<TradeoffResults['experiments']> {
  const { present } = await gather(before.map(({ name }) => name))
  const experiments = await runExperiments(present, quick, say)
  await Promise.all(present.map(({ server }) => server?.end()))
  return experiments
}

function backendsWanted(): readonly BackendName[] {
  if (options.only === undefined) return BACKENDS
  const names = options.only.split(',')
  const unknown = names.find((name) => !BACKENDS.some((backend) => backend === name))
  if (unknown !== undefined) throw new Error(`--only knows no "${unknown}", but ${BACKENDS.join(', ')}`)
  return BACKENDS.filter((name) => names.includes(name))
}

/** Starts the servers that are installed here, unless a variable points at one elsewhere. */
async function gather(names: readonly BackendName[]) {
  const present: Participant[] = []
  const absent: { contender: BackendName; why: string }[] = []
  for (const contender of BACKENDS) {
    const found = names.includes(contender) ? await participant(contender) : 'left out with --only'
    if (typeof found === 'string') absent.push({ contender, why: `not measured here: ${found}` })
    else present.push(found)
  }
  return { present, absent }
}

/** Or why it cannot take part. */
async function participant(name: BackendName): Promise<Participant | string> {
  const kind = (CONTENDERS[name] as Contender).server
  if (kind === undefined) return { name }
  const { variable, find, install } = PROGRAMS[kind]
  const elsewhere = process.env[variable]
  if (elsewhere) {
    await checkAnswers(name, elsewhere, variable)
    return { name, url: elsewhere }
  }
  if (find() === undefined) return `${install}; or set ${variable} to one elsewhere`
  try {
    const server = await startStore(kind)
    return { name, url: server.url, server }
  } catch (error) {
    console.error(error)
    return 'its server did not start'
  }
}

/** Before anybody waits for minutes, and without its address, which may have a password in it. */
async function checkAnswers(name: BackendName, url: string, variable: string): Promise<void> {
  try {
    // Some clients try to connect for ever.
    const tooLate = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer in ${LONGEST_WAIT / 1000} s`)), LONGEST_WAIT).unref()
    })
    const contender = await Promise.race([(CONTENDERS[name] as Contender).open(url), tooLate])
    await contender.close?.()
  } catch (cause) {
    throw new Error(`the server that ${variable} points at cannot be used`, { cause })
  }
}

/** What somebody wants to see before they open the report. */
function print({ measurements, experiments, absent }: TradeoffResults): void {
  printMeasured(
    'Reading the session',
    measurements.filter((one) => one['step'] === 'read' && one['size'] === USUAL_SIZE),
  )
  const verdicts = ['good', 'mixed', 'bad'] as const
  const rows = [...new Set(experiments.map(({ contender }) => contender))].map((name) => [
    name,
    ...verdicts.map((one) => String(experiments.filter((is) => is.contender === name && is.verdict === one).length)),
  ])
  if (rows.length > 0) printTable(`${Object.keys(EXPERIMENTS).length} experiments`, ['', ...verdicts], rows)
  for (const { contender, why } of absent) console.log(`${contender}: ${why}`)
}

/** With the project's own results it writes the project's own reports. */
function makeReport(results: string): void {
  const program = fileURLToPath(new URL('../report/run.js', import.meta.url))
  const args = keeps ? [] : ['--tradeoffs', results]
  console.log(`\nRaw results: ${results}\nReport:`)
  execFileSync(process.execPath, [program, ...args], { stdio: 'inherit' })
}

function say(what: string): void {
  const seconds = (performance.now() - begin) / 1000
  console.error(`[${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}] ${what}`)
}
