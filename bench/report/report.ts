import type { Recording } from '../measure/recording.js'
import { CONTENDERS } from './contenders.js'
import { limits } from './limits.js'
import { machinesOf } from './machines.js'
import { blocks, list } from './markdown.js'
import { type Benchmark, PARTS, type Part } from './parts.js'
import type { OfNode } from './recordings.js'
import { capacityTable } from './tables/capacity.js'
import { coldTable } from './tables/cold.js'
import { growthTables } from './tables/growth.js'
import { httpTables } from './tables/http.js'
import { middlewareTables } from './tables/middleware.js'
import { partsTable } from './tables/parts.js'
import { promisesTable } from './tables/promises.js'
import { sealOpenTables } from './tables/seal-open.js'

const TABLES: Readonly<Record<Benchmark, (recording: Recording) => string>> = {
  'seal-open': sealOpenTables,
  middleware: middlewareTables,
  http: httpTables,
  cold: coldTable,
  capacity: capacityTable,
  growth: growthTables,
}

/** What all was measured, for somebody who has not seen the benchmarks yet. */
export function report(everything: readonly OfNode[]): string {
  const [{ recordings = {} } = {}, ...others] = everything
  const content = blocks(
    '<!-- Made by `npm run bench:report` from bench/results: change those, or what makes it. -->',
    '# What sessions cost',
    'What `sealed-session` costs a server, beside what else there is. Every figure on this page is computed from the ' +
      'raw results in [results](results), which hold every sample.',
    '## What was promised, and what was measured',
    'The targets were set before these results were recorded. Where one has several figures, all must meet it; ' +
      'those that do not are bold.',
    promisesTable(everything),
    limits(everything),
    reading(),
    '## Who takes part',
    list(
      ['Name', 'What it is'],
      Object.entries(CONTENDERS).map(([name, { about }]) => [name, about]),
    ),
    recorded(everything),
    ...PARTS.map((part) => section(part, recordings[part.benchmark])),
    ...others.map(overHttpOf),
  )
  return `${content}\n`
}

function reading(): string {
  return blocks(
    '## How to read the figures',
    [
      '- A figure is the **median** of its samples. In brackets are the **quartiles**, between which half of them lie.',
      '- The contenders take turns, round after round, so that whatever else the machine does hits all of them.',
      '- **CPU** is the time of all threads of the process, with the garbage collector and the thread pool in it: it ' +
        'says how many requests a core can serve. **Elapsed** is what one call waits.',
      '- A **ratio** is one of two medians. Ratios carry over to other machines better than microseconds do.',
    ].join('\n'),
  )
}

/** The one part in which lines of Node differ by more than a little. */
function overHttpOf({ node, recordings: { http } }: OfNode): string | undefined {
  return http && blocks(`## Over HTTP with ${node}`, httpTables(http), inWords('How', http.method))
}

function recorded(everything: readonly OfNode[]): string {
  const machines = machinesOf(everything)
  return blocks(
    '## Where it was recorded, and how to do it again',
    machines.length === 0 ? undefined : `On: ${machines.join('; ')}.`,
    partsTable(everything),
    'Each was recorded with several lines of Node. The sections below are of the newest.',
    'In a clone of the repository, after `npm install`: `npm run bench` does all of it. For one part, run ' +
      '`npm run bench:prepare` and the command above; without `--record` it prints the figures and keeps the raw ' +
      'results as they are. `npm run bench:report` makes this page.',
  )
}

function section({ benchmark, title, about }: Part, recording: Recording | undefined): string {
  const content = recording === undefined ? ['This part has not been recorded yet.'] : measured(benchmark, recording)
  return blocks(`## ${title}`, about, ...content)
}

function measured(benchmark: Benchmark, recording: Recording): (string | undefined)[] {
  return [
    recording.measurements.length === 0 ? 'Nothing was measured.' : TABLES[benchmark](recording),
    inWords('How', recording.method),
    inWords('Versions', recording.versions),
  ]
}

function inWords(what: string, facts: Recording['method'] | undefined): string | undefined {
  const all = Object.entries(facts ?? {}).map(([name, value]) => `${name} ${value}`)
  return all.length === 0 ? undefined : `${what}: ${all.join(', ')}.`
}
