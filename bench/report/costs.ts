import {
  ABSENT,
  bytes,
  listed,
  markdownTable,
  micros,
  millis,
  orAbsent,
  type Print,
  ranging,
  short,
  spread,
  times,
  whole,
} from '../measure/print.js'
import type { Recording } from '../measure/recording.js'
import { all, type Facts, find, ratio, value, variants } from '../measure/samples.js'
import { contendersOf, GROWTHS, isRejection, OURS, requestCost, sealAndOpen, seriesOf } from './contenders.js'
import { promisesTable } from './promises.js'
import {
  ageOf,
  dayOf,
  distinct,
  filled,
  machinesOf,
  type OfNode,
  PART_NAMES,
  PARTS,
  type Part,
  type Results,
} from './recordings.js'

const TABLES: Readonly<Record<Part, (recording: Recording) => string>> = {
  'seal-open': sealOpenTables,
  middleware: middlewareTables,
  http: httpTables,
  cold: coldTable,
  capacity: capacityTable,
  growth: growthTables,
}

/** The page about what sessions cost: what a person has written, with the figures. */
export function costsPage(template: string, everything: readonly OfNode[]): string {
  const [{ recordings = {} } = {}, ...others] = everything
  const everyRecording = everything.flatMap(({ recordings }) => Object.values(recordings))
  const floors = everything.map(({ recordings: { http } }) => {
    const requests = (contender: string) => value(http, { contender, express: 5, step: 'read', metric: 'requests' })
    return ratio(requests('floor'), requests('nothing'))
  })
  const byPart = everything.flatMap(({ node, recordings }) =>
    Object.entries(recordings).map(([part, one]) => [`${PARTS[part as Part].title} (${node})`, one] as const),
  )
  return filled(template, {
    promises: promisesTable(everything),
    floors: ranging(floors, times),
    machines: machinesOf(everyRecording).join('; '),
    parts: partsTable(everything),
    age: ageOf(Object.fromEntries(byPart)),
    newest: everything[0]?.node ?? ABSENT,
    ...Object.fromEntries(PART_NAMES.map((part) => [part, partOf(part, recordings[part])])),
    // The one part in which lines of Node differ by more than a little.
    'http-others': blocks(
      ...others.map(
        ({ node, recordings: { http } }) =>
          http && blocks(`## Over HTTP with ${node}`, httpTables(http), inWords('How', http.method)),
      ),
    ),
  })
}

function partOf(part: Part, recording: Recording | undefined): string {
  if (recording === undefined) return 'This part has not been recorded yet.'
  const table = recording.measurements.length === 0 ? 'Nothing was measured.' : TABLES[part](recording)
  return blocks(table, inWords('How', recording.method), inWords('Versions', recording.versions))
}

function inWords(what: string, facts: Recording['method']): string {
  const all = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  return all.length === 0 ? '' : `${what}: ${all.join(', ')}.`
}

/** When and at which commit each part was recorded, and how to do it again. */
function partsTable(everything: readonly OfNode[]): string {
  const rows = PART_NAMES.flatMap((part) =>
    everything.map(({ recordings: { [part]: recording } }) => [
      PARTS[part].title,
      recording ? dayOf(recording) : 'not recorded',
      recording ? `\`${recording.commit}\`` : ABSENT,
      String(recording?.machine['node'] ?? ABSENT),
      `\`npm run bench:${PARTS[part].command} -- --record\``,
    ]),
  )
  return markdownTable(['Part', 'Recorded', 'Commit', 'Node', 'Command'], rows, 'texts')
}

function sealOpenTables(recording: Recording): string {
  const tableOf = (size: number) => {
    const floor = sealAndOpen(recording, 'floor', size)
    const rows = contendersOf(all(recording, { size })).map((contender) => {
      const both = sealAndOpen(recording, contender, size)
      const cell = (step: string, metric: string) => spread(find(recording, { contender, size, step, metric }))
      const cells = ['seal', 'open'].flatMap((step) => [cell(step, 'cpu'), cell(step, 'wall')])
      return [contender, orAbsent(ratio(both, floor), times), orAbsent(both, short), ...cells]
    })
    const steps = ['seal, CPU', 'seal, elapsed', 'open, CPU', 'open, elapsed']
    return markdownTable(['', 'over the floor', 'seal + open, CPU', ...steps], rows)
  }
  return blocks(
    picture('CPU of sealing and opening a session of 1 KB', 'seal-open'),
    ...variants<number>(recording.measurements, 'size').flatMap((size) => [
      `A session of ${size} bytes of JSON, in µs. In brackets: the quartiles.`,
      tableOf(size),
    ]),
  )
}

function middlewareTables(recording: Recording): string {
  const measured = all(recording, { contender: OURS, metric: 'cpu' })
  const rows = variants(measured, 'step').flatMap((step) =>
    variants(
      measured.filter((one) => one['step'] === step),
      'shape',
    ).map((shape) => ({ step, shape })),
  )
  const table = (
    names: readonly string[],
    wanted: (step: string) => boolean,
    cell: (name: string, row: Facts) => string,
  ) =>
    markdownTable(
      ['', ...names],
      rows
        .filter(({ step }) => wanted(step))
        .map((row) => [`${row.step}, ${row.shape}`, ...names.map((name) => cell(name, row))]),
    )
  const cpu = (contender: string, row: Facts) => spread(find(recording, { contender, metric: 'cpu', ...row }))
  const names = contendersOf(recording.measurements)
  const accepted = (step: string) => !isRejection(step)
  const added = (name: string, row: Facts) => {
    const [cost, ours] = [name, OURS].map((one) => requestCost(recording, one, row).added)
    if (cost === undefined) return ABSENT
    const beside = ours !== undefined && ours > 0 && name !== OURS ? `${times(cost / ours)}, ` : ''
    return `${beside}${short(cost)}`
  }
  const rejected = (name: string, row: Facts) => {
    const [cost, read] = [row, { ...row, step: 'read' }].map((one) => requestCost(recording, name, one).request)
    return name === 'nothing' || cost === undefined
      ? cpu(name, row)
      : `${orAbsent(ratio(cost, read), times)}, ${cpu(name, row)}`
  }
  return blocks(
    picture('CPU of a request through the middleware, by what it does with its session', 'middleware'),
    'CPU on top of the same request without a middleware: beside that of sealed-session, and in µs.',
    table(
      names.filter((name) => name !== 'nothing'),
      accepted,
      added,
    ),
    'CPU of a whole request, in µs. In brackets: the quartiles.',
    table(names, accepted, cpu),
    'A cookie that is rejected, which is what an attacker sends: CPU of a whole request, beside a request whose cookie ' +
      'is accepted and read, and in µs.',
    table(
      names.filter((name) => name !== 'floor'),
      isRejection,
      rejected,
    ),
  )
}

const HTTP_COLUMNS: readonly (readonly [metric: string, head: string, print?: Print])[] = [
  ['requests', 'requests per second', whole],
  ['wrkRequests', 'the same by wrk', whole],
  ['p50', 'p50, ms'],
  ['p99', 'p99, ms'],
  ['cpu', 'CPU, µs'],
  ['cpuSystem', 'of it system, µs'],
  ['bytesIn', 'bytes in', whole],
  ['bytesOut', 'bytes out', whole],
]

function httpTables(recording: Recording): string {
  const columns = HTTP_COLUMNS.filter(([metric]) => find(recording, { metric }))
  const tableOf = (facts: Facts) => {
    const requests = (contender: string) => value(recording, { ...facts, contender, metric: 'requests' })
    const rows = contendersOf(all(recording, facts)).map((contender) => [
      contender,
      orAbsent(ratio(requests(contender), requests('nothing')), times),
      ...columns.map(([metric, , print]) => {
        const one = { ...facts, contender, metric }
        return metric.startsWith('bytes') ? orAbsent(value(recording, one), whole) : spread(find(recording, one), print)
      }),
    ])
    return markdownTable(['', 'beside nothing', ...columns.map(([, head]) => head)], rows)
  }
  const versions = variants<number>(recording.measurements, 'express').sort((a, b) => b - a)
  return blocks(
    picture('HTTP requests per second with Express 5, by what they do with their session', 'http'),
    ...versions.flatMap((express) =>
      variants(all(recording, { express }), 'step').flatMap((step) => [
        `Express ${express}, \`${step}\`:`,
        tableOf({ express, step }),
      ]),
    ),
  )
}

const COLD_COLUMNS: readonly (readonly [facts: Facts, head: string, print?: Print])[] = [
  [{ metric: 'import' }, 'import, ms'],
  [{ metric: 'importBesideExpress' }, 'import beside Express, ms'],
  [{ metric: 'process' }, 'process that only imports, ms'],
  [{ metric: 'firstResponse', step: 'sign-in' }, 'first response (sign-in), ms'],
  [{ metric: 'firstResponse', step: 'read' }, 'first response (read), ms'],
  [{ metric: 'files' }, 'files loaded', whole],
]

function coldTable(recording: Recording): string {
  const columns = COLD_COLUMNS.filter(([facts]) => find(recording, facts))
  const rows = contendersOf(recording.measurements).map((contender) => [
    contender,
    ...columns.map(([facts, , print]) => spread(find(recording, { contender, ...facts }), print)),
  ])
  return markdownTable(['', ...columns.map(([, head]) => head)], rows)
}

function capacityTable(recording: Recording): string {
  const rows = contendersOf(recording.measurements).flatMap((contender) =>
    all(recording, { contender, metric: 'capacity' }).map((one) => [
      contender,
      `\`${one['name']}\``,
      one['limit'] === undefined ? 'its own' : whole(Number(one['limit'])),
      spread(one, whole),
      String(one['beside'] ?? ABSENT),
    ]),
  )
  const head = ['', 'name of the cookie', 'limit, bytes', 'largest session, bytes of JSON', 'beside it']
  return markdownTable(head, rows, 'texts')
}

function growthTables(recording: Recording): string {
  const measuredBy = (by: string) => all(recording, { by })
  return blocks(
    ...GROWTHS.filter(({ by }) => measuredBy(by).length > 0).flatMap(({ by, axis, title, unit }) => {
      const series = seriesOf(measuredBy(by))
      const values = variants<number>(measuredBy(by), 'value').sort((a, b) => a - b)
      const rows = values.map((at) => [
        whole(at),
        ...series.map(({ facts }) => spread(find(recording, { ...facts, by, value: at }))),
      ])
      return [
        `### By ${axis}`,
        picture(title, `growth-${by}`),
        `${unit}. In brackets: the quartiles.`,
        markdownTable([axis, ...series.map(({ label }) => label)], rows),
      ]
    }),
  )
}

function picture(alternative: string, plot: string): string {
  return `![${alternative}](report/plots/${plot}.svg)`
}

/** Blocks with an empty line between them; what does not apply leaves no trace. */
export function blocks(...content: readonly (string | undefined)[]): string {
  return content.filter((block) => block !== undefined && block !== '').join('\n\n')
}

/** A row of the main figures. `of` gives one of a contender for each line of Node, the newest first. */
interface Row {
  readonly label: string
  readonly print: Print
  /** Whether a comparison as a ratio says something: not where all are about nothing. */
  readonly compared: boolean
  readonly of: (contender: string) => readonly (number | undefined)[]
}

const COLUMNS = [OURS, 'cookie-session', 'express-session', 'iron-session']

/** The main figures, for the README of the project. Those over HTTP are the ones of the guide. */
export function mainFigures(everything: readonly OfNode[], tradeoffs: Results): string {
  // express-session answers in a later turn of the event loop, which costs more than all that it does.
  const added = (step: string) => (contender: string) =>
    everything.map(({ recordings: { middleware } }) =>
      contender === 'express-session' ? undefined : requestCost(middleware, contender, { step, shape: 'nested' }).added,
    )
  const requests = (contender: string) => {
    const facts = { step: 'read', size: 1024, metric: 'requests' }
    const name = contender === 'express-session' ? 'memory' : contender
    return [tradeoffs, ...(tradeoffs.others ?? [])].map((one) => value(one, { contender: name, ...facts }))
  }
  const ofPart = (part: Part, facts: Facts) => (contender: string) =>
    everything.map(({ recordings }) => value(recordings[part], { contender, ...facts }))
  const rows: readonly Row[] = [
    { label: 'CPU to read the session', print: micros, compared: true, of: added('read') },
    { label: 'CPU to change the session', print: micros, compared: true, of: added('write') },
    { label: 'CPU when the session is not used', print: micros, compared: false, of: added('untouched') },
    { label: 'requests per second that read the session', print: whole, compared: true, of: requests },
    { label: 'time to import the package', print: millis, compared: true, of: ofPart('cold', { metric: 'import' }) },
    {
      label: 'largest session, as JSON',
      print: bytes,
      compared: false,
      of: ofPart('capacity', { name: 'session', metric: 'capacity' }),
    },
  ]
  const table = rows.map((row) => [row.label, ...COLUMNS.map((contender) => cell(row, contender))])
  return blocks(markdownTable(['', ...COLUMNS], table), provenance(everything, tradeoffs))
}

/** `1.67× to 2.62× (42.6 µs)`: beside ours with each line of Node, and the figure with the newest. */
function cell({ of, print, compared }: Row, contender: string): string {
  const [values, ours] = [of(contender), of(OURS)]
  const newest = values[0]
  if (newest === undefined) return ABSENT
  if (contender === OURS || !compared) return print(newest)
  const ratios = values.map((value, at) => ratio(value, ours[at]))
  return `${ranging(ratios, times)} (${print(newest)})`
}

function provenance(everything: readonly OfNode[], tradeoffs: Results): string {
  const recorded = [
    ...everything.flatMap(({ recordings }) => Object.values(recordings)),
    ...[tradeoffs, ...(tradeoffs.others ?? [])],
  ]
  const [newest, ...older] = everything.map(({ node }) => node)
  const days = distinct(recorded.map(dayOf)).sort()
  const nodes = listed([...older, newest ?? ''].sort())
  return (
    'Sessions have 1 KB. CPU is what the package adds to a request; `2.00×` is twice as much as with sealed-session, ' +
    `from the least to the most of ${nodes}. Other figures are of ${newest}. express-session keeps its sessions in ` +
    `memory. ${days[0]} to ${days.at(-1)}, ${machinesOf(recorded).join('; ')}. ` +
    '[Benchmarks](spec/guide/benchmarks.md) says how to do the same.'
  )
}
