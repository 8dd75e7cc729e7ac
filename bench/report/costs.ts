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

/** A table with a line for each contender; each column says of a contender what stands in it. */
function tableOf(names: readonly string[], columns: readonly (readonly [head: string, of: Cell])[]): string {
  const rows = names.map((name) => [name, ...columns.map(([, of]) => of(name))])
  return markdownTable(['', ...columns.map(([head]) => head)], rows)
}

type Cell = (contender: string) => string

const spreadOf =
  (recording: Recording, facts: Facts, print?: Print): Cell =>
  (contender) =>
    spread(find(recording, { contender, ...facts }), print)

/** How a figure of a contender is beside that of another. */
const beside =
  (figure: (contender: string) => number | undefined, other: string): Cell =>
  (contender) =>
    orAbsent(ratio(figure(contender), figure(other)), times)

function sealOpenTables(recording: Recording): string {
  const ofSize = (size: number) => {
    const both = (contender: string) => sealAndOpen(recording, contender, size)
    return tableOf(contendersOf(all(recording, { size })), [
      ['over the floor', beside(both, 'floor')],
      ['seal + open, CPU', (contender) => orAbsent(both(contender), short)],
      ['seal, CPU', spreadOf(recording, { size, step: 'seal', metric: 'cpu' })],
      ['seal, elapsed', spreadOf(recording, { size, step: 'seal', metric: 'wall' })],
      ['open, CPU', spreadOf(recording, { size, step: 'open', metric: 'cpu' })],
      ['open, elapsed', spreadOf(recording, { size, step: 'open', metric: 'wall' })],
    ])
  }
  return blocks(
    picture('CPU of sealing and opening a session of 1 KB', 'seal-open'),
    ...variants<number>(recording.measurements, 'size').flatMap((size) => [
      `A session of ${size} bytes of JSON, in µs. In brackets: the quartiles.`,
      ofSize(size),
    ]),
  )
}

function middlewareTables(recording: Recording): string {
  const steps = variants(all(recording, { contender: OURS, metric: 'cpu' }), 'step')
  const table = (names: readonly string[], steps: readonly string[], cell: (name: string, row: Facts) => string) => {
    const rows = steps.flatMap((step) =>
      ['flat', 'nested'].map((shape) => [`${step}, ${shape}`, ...names.map((name) => cell(name, { step, shape }))]),
    )
    // What only ours does was not measured without a middleware, so there is nothing to subtract.
    const told = rows.filter(([, ...cells]) => cells.some((one) => one !== ABSENT))
    return markdownTable(['', ...names], told)
  }
  const cpu = (contender: string, row: Facts) => spread(find(recording, { contender, metric: 'cpu', ...row }))
  const names = contendersOf(recording.measurements)
  const accepted = steps.filter((step) => !isRejection(step))
  const without = (left: string) => names.filter((name) => name !== left)
  const added = (name: string, row: Facts) => {
    const [cost, ours] = [name, OURS].map((one) => requestCost(recording, one, row).added)
    const over = ours !== undefined && ours > 0 && name !== OURS ? ratio(cost, ours) : undefined
    return cost === undefined || over === undefined ? orAbsent(cost, short) : `${times(over)}, ${short(cost)}`
  }
  const rejected = (name: string, row: Facts) => {
    const [cost, read] = [row, { ...row, step: 'read' }].map((one) => requestCost(recording, name, one).request)
    const over = name === 'nothing' ? undefined : ratio(cost, read)
    return over === undefined ? cpu(name, row) : `${times(over)}, ${cpu(name, row)}`
  }
  return blocks(
    picture('CPU of a request through the middleware, by what it does with its session', 'middleware'),
    'CPU on top of the same request without a middleware: beside that of sealed-session, and in µs.',
    table(without('nothing'), accepted, added),
    'CPU of a whole request, in µs. In brackets: the quartiles.',
    table(names, accepted, cpu),
    'A cookie that is rejected, which is what an attacker sends: CPU of a whole request, beside a request whose cookie ' +
      'is accepted and read, and in µs.',
    table(without('floor'), steps.filter(isRejection), rejected),
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
  const ofStep = (facts: Facts) => {
    const requests = (contender: string) => value(recording, { ...facts, contender, metric: 'requests' })
    return tableOf(contendersOf(all(recording, facts)), [
      ['beside nothing', beside(requests, 'nothing')],
      ...columns.map(([metric, head, print]) => {
        // Bytes do not vary, but the median has no brackets that say so.
        const median: Cell = (contender) => orAbsent(value(recording, { ...facts, contender, metric }), whole)
        return [head, metric.startsWith('bytes') ? median : spreadOf(recording, { ...facts, metric }, print)] as const
      }),
    ])
  }
  const versions = variants<number>(recording.measurements, 'express').sort((a, b) => b - a)
  return blocks(
    picture('HTTP requests per second with Express 5, by what they do with their session', 'http'),
    ...versions.flatMap((express) =>
      variants(all(recording, { express }), 'step').flatMap((step) => [
        `Express ${express}, \`${step}\`:`,
        ofStep({ express, step }),
      ]),
    ),
  )
}

function coldTable(recording: Recording): string {
  return tableOf(contendersOf(recording.measurements), [
    ['import, ms', spreadOf(recording, { metric: 'import' })],
    ['import beside Express, ms', spreadOf(recording, { metric: 'importBesideExpress' })],
    ['process that only imports, ms', spreadOf(recording, { metric: 'process' })],
    ['first response (sign-in), ms', spreadOf(recording, { metric: 'firstResponse', step: 'sign-in' })],
    ['first response (read), ms', spreadOf(recording, { metric: 'firstResponse', step: 'read' })],
    ['files loaded', spreadOf(recording, { metric: 'files' }, whole)],
  ])
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
  return blocks(
    ...GROWTHS.flatMap(({ by, axis, title, unit }) => {
      const measured = all(recording, { by })
      if (measured.length === 0) return []
      const series = seriesOf(measured)
      const values = variants<number>(measured, 'value').sort((a, b) => a - b)
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

/** One of a contender for each line of Node, the newest first. */
type ByNode = (contender: string) => readonly (number | undefined)[]

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
  const imported = ofPart('cold', { metric: 'import' })
  const capacity = ofPart('capacity', { name: 'session', metric: 'capacity' })
  const rows: readonly (readonly [label: string, cell: (contender: string) => string])[] = [
    ['CPU to read the session', compared(added('read'), micros)],
    ['CPU to change the session', compared(added('write'), micros)],
    // A ratio says nothing where all are about nothing.
    ['CPU when the session is not used', (contender) => orAbsent(added('untouched')(contender)[0], micros)],
    ['requests per second that read the session', compared(requests, whole)],
    ['time to import the package', compared(imported, millis)],
    ['largest session, as JSON', (contender) => orAbsent(capacity(contender)[0], bytes)],
  ]
  const table = rows.map(([label, cell]) => [label, ...COLUMNS.map(cell)])
  return blocks(markdownTable(['', ...COLUMNS], table), provenance(everything, tradeoffs))
}

/** `1.67× to 2.62× (42.6 µs)`: beside ours with each line of Node, and the figure with the newest. */
function compared(of: ByNode, print: Print): (contender: string) => string {
  return (contender) => {
    const [values, ours] = [of(contender), of(OURS)]
    const newest = orAbsent(values[0], print)
    if (values[0] === undefined || contender === OURS) return newest
    const ratios = values.map((value, at) => ratio(value, ours[at]))
    return `${ranging(ratios, times)} (${newest})`
  }
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
