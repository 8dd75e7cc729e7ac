import { ABSENT, bytes, markdownTable, micros, orAbsent, type Print, short, times } from '../measure/print.js'
import { all, median, ratio, value, variants } from '../measure/samples.js'
import { isRejection, OURS, requestCost } from './contenders.js'
import type { OfNode, Recordings } from './recordings.js'

/** Targets were set before the results were recorded. */
interface Target {
  readonly told: string
  readonly meets: (value: number) => boolean
  readonly print: Print
}

type Figures = readonly (readonly [label: string, value: number | undefined])[]
/** Every figure that a promise is measured by, with what tells it from the others; all must meet the target. */
type Promised = readonly [promise: string, target: Target, lines: Readonly<Record<string, Figures>>]

const THEIRS = 'cookie-session'

function promises({ 'seal-open': sealOpen, middleware, http, cold, capacity }: Recordings): readonly Promised[] {
  const sealing = (step: string) =>
    variants<number>(all(sealOpen, { contender: OURS }), 'size').map((size) => {
      const cost = (contender: string) => value(sealOpen, { contender, metric: 'cpu', step, size })
      return [bytes(size), ratio(cost(OURS), cost('floor'))] as const
    })
  const cost = (contender: string, step: string, shape: string) => requestCost(middleware, contender, { step, shape })
  const byShape = (figure: (shape: string) => number | undefined) =>
    ['flat', 'nested'].map((shape) => [shape, figure(shape)] as const)
  // Both ways of looking at it, as what a request costs anyway makes every ratio smaller.
  const requests = (step: string, one: string, over: string) => ({
    middleware: byShape((shape) => ratio(cost(one, step, shape).added, cost(over, step, shape).added)),
    'whole request': byShape((shape) => ratio(cost(one, step, shape).request, cost(over, step, shape).request)),
  })
  const overRead = (part: 'added' | 'request') =>
    byShape((shape) => ratio(cost(OURS, 'read with both', shape)[part], cost(OURS, 'read', shape)[part]))
  const besideBoth = { middleware: overRead('added'), 'whole request': overRead('request') }
  const rejections = variants(all(middleware, { contender: OURS, metric: 'cpu' }), 'step').filter(isRejection)
  const rejected = (shape: string) =>
    rejections.map((step) => {
      const overRead = ratio(cost(OURS, step, shape).request, cost(OURS, 'read', shape).request)
      return [step.replace('rejected: ', ''), overRead] as const
    })
  const overHttp = (metric: 'requests' | 'cpu', beside: string) =>
    variants<number>(all(http, { contender: OURS }), 'express').map((express) => {
      const read = (contender: string) => value(http, { contender, express, step: 'read', metric })
      return [`Express ${express}`, ratio(read(OURS), read(beside))] as const
    })
  const [serverCpu, throughput] = [overHttp('cpu', 'floor'), overHttp('requests', THEIRS)]
  const imported = (metric: string) =>
    ratio(value(cold, { contender: OURS, metric }), value(cold, { contender: THEIRS, metric }))
  const ironHolds = value(capacity, { contender: 'iron-session', metric: 'capacity' }) ?? Number.NaN
  const capacities = all(capacity, { contender: OURS, metric: 'capacity' }).map(
    ({ name, limit, samples }) => [`\`${name}\` with a limit of ${bytes(Number(limit))}`, median(samples)] as const,
  )
  const aboveIron = {
    told: `above iron-session's, ${bytes(ironHolds)}`,
    meets: (value: number) => value > ironHolds,
    print: bytes,
  }
  return [
    ['CPU of sealing and of opening, over the floor', atMost(1.4), { seal: sealing('seal'), open: sealing('open') }],
    ['CPU of a request that reads, over the floor', atMost(1.35), requests('read', OURS, 'floor')],
    ['CPU of a request that writes, over the floor', atMost(1.25), requests('write', OURS, 'floor')],
    ['CPU of a request that reads beside a companion and a guard, over one without', atMost(2), besideBoth],
    ["CPU of a request that reads: cookie-session's over ours", atLeast(2), requests('read', THEIRS, OURS)],
    ["CPU of a request that writes: cookie-session's over ours", atLeast(1.5), requests('write', THEIRS, OURS)],
    [
      'CPU that a request costs more if it does not touch its session',
      targeted(`below ${micros(1)}`, (value) => value < 1, ' µs'),
      { '': byShape((shape) => cost(OURS, 'untouched', shape).added) },
    ],
    [
      'CPU of a request with a cookie that is rejected, over one that is read',
      atMost(1),
      { flat: rejected('flat'), nested: rejected('nested') },
    ],
    ['CPU of a server whose requests read, over the floor', atMost(1.35), { '': serverCpu }],
    ["HTTP requests per second that read, beside cookie-session's", atLeast(1.5), { '': throughput }],
    [
      "Time of the import, over cookie-session's",
      atMost(1),
      {
        '': [
          ['alone', imported('import')],
          ['beside Express', imported('importBesideExpress')],
        ],
      },
    ],
    ["The largest session's JSON", aboveIron, { '': capacities }],
  ]
}

function atMost(target: number): Target {
  return targeted(`at most ${times(target)}`, (value) => value <= target, '×')
}

function atLeast(target: number): Target {
  return targeted(`at least ${times(target)}`, (value) => value >= target, '×')
}

/** Rounding must not make a figure look as if it met its target, or failed it. */
function targeted(told: string, meets: Target['meets'], unit: string): Target {
  const print: Print = (value) =>
    `${meets(value) === meets(Number(value.toFixed(2))) ? short(value) : value.toFixed(4)}${unit}`
  return { told, meets, print }
}

/** What was promised, and what was measured with each line of Node. */
export function promisesTable(everything: readonly OfNode[]): string {
  const byNode = everything.map(({ recordings }) => promises(recordings))
  const rows = (byNode[0] ?? promises({})).map(([promise, { told }], row) => [
    promise,
    told,
    ...byNode.flatMap((all) => measured(all[row] as Promised)),
  ])
  return markdownTable(['What', 'Promised', ...everything.flatMap(({ node }) => [node, 'Met'])], rows, 'texts')
}

/** The figures, and whether they meet the target. */
function measured([, { print, meets }, lines]: Promised): [figures: string, met: string] {
  const values = Object.values(lines).flatMap((figures) => figures.map(([, value]) => value))
  const present = values.filter((value) => value !== undefined)
  if (present.length === 0) return [ABSENT, 'not recorded']
  const figure = ([label, value]: Figures[number]) => {
    const printed = orAbsent(value, print)
    return `${label} ${value === undefined || meets(value) ? printed : `**${printed}**`}`
  }
  const told = Object.entries(lines).map(([line, figures]) => `${line && `${line}: `}${figures.map(figure).join(', ')}`)
  const met = present.length === values.length ? 'yes' : 'not recorded'
  return [told.join('<br>'), present.every(meets) ? met : '**no**']
}
