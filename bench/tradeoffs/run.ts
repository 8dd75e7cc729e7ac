/**
 * What it costs to keep a session in a cookie, in memory or in a store, and what happens to it when things go wrong.
 *
 *     --quick               everything once, to see whether it works
 *     --record              keep the raw results with the project, and make its report of them
 *     --rounds, --seconds   how often, and how long a turn takes
 *     --only redis,mysql    these backends alone
 *     --no-experiments      the figures alone
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkBuilt } from '../cold/modules.js'
import { runExperiments } from './experiments/index.js'
import { expectedToMeasure, measure } from './measure/measure.js'
import { EXPERIMENTS, type Experiment } from './outcome.js'
import { type Attendance, endServers, gather } from './participants.js'
import { choiceFrom } from './plan.js'
import { Progress } from './progress.js'
import { saveResults } from './results-file.js'
import { dataFolder } from './servers/data-folder.js'
import { printAbsent, printSummary } from './summary.js'
import { versionsUsed } from './versions.js'

/** Seconds of an experiment with one backend. */
const EXPERIMENT = { quick: 0.6, full: 0.8 }

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]))
}

checkBuilt()
const { plan, only, withExperiments, keeps } = choiceFrom(process.argv.slice(2))
const experimentSeconds = plan.quick ? EXPERIMENT.quick : EXPERIMENT.full

try {
  const { results, file } = await everything()
  const report = await makeReport(file)
  printSummary(results)
  console.log(`\nRaw results: ${file}\nReport: ${report}`)
} catch (error) {
  console.error(error)
  // Not only the exit code: whatever still runs ends, too.
  process.exit(1)
}

async function everything() {
  const { present, absent } = await gather(only)
  printAbsent(absent)
  const tries = withExperiments ? present.length * Object.keys(EXPERIMENTS).length : 0
  const progress = new Progress(expectedToMeasure(present, plan) + tries * experimentSeconds)
  const measurements = await measure(present, plan, progress)
  const versions = versionsUsed(present)
  await endServers(present)
  const { sessions, quick, ...rest } = plan
  const method = { ...rest, sessions: sessions.join(', '), quick: String(quick), data: dataFolder() }
  const results = { versions, method, measurements, experiments: [], absent }
  if (!withExperiments) return saveResults(results, keeps)
  // In case that an experiment fails.
  saveResults(results, false)
  return saveResults({ ...results, experiments: await experimentsWith(progress) }, keeps)
}

/** With servers of their own, so that nobody has to find a dozen sessions among a hundred thousand. */
async function experimentsWith(progress: Progress): Promise<readonly Experiment[]> {
  const { present }: Attendance = await gather(only)
  const experiments = await runExperiments({ backends: present, quick: plan.quick }, (line) =>
    progress.after(line, experimentSeconds),
  )
  await endServers(present)
  return experiments
}

/** With the project's own results it writes the project's own report. */
async function makeReport(results: string): Promise<string> {
  const own = fileURLToPath(new URL('../../../tradeoffs/', import.meta.url))
  const out = keeps ? own : dirname(results)
  const program = fileURLToPath(new URL('report/run.js', import.meta.url))
  const args = [program, '--results', results, ...(keeps ? [] : ['--out', out])]
  const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')
  if (code !== 0) throw new Error(`the report could not be made of ${results}`)
  return join(out, 'report.html')
}
