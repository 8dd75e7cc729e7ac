import { ABSENT, bytes, markdownTable, micros, orAbsent, type Print, short, times } from '../measure/print.js'
import { all, type Facts, ratio, value, variants } from '../measure/samples.js'
import { isRejection, OURS, requestCost } from './contenders.js'
import type { OfNode, Recordings } from './recordings.js'

/** A target that was set before the results were recorded. */
interface Promised {
  readonly promise: string
  readonly target: Target
  /** Every figure that it is measured by, with what tells it from the others; all must meet it. */
  readonly lines: readonly Line[]
}

type Line = readonly [label: string, figures: readonly Figure[]]
type Figure = readonly [label: string, value: number | undefined]

interface Target {
  readonly told: string
  readonly meets: (value: number) => boolean
  readonly print: Print
}

const SHAPES = ['flat', 'nested']

function promises({ 'seal-open': sealOpen, middleware, http, cold, capacity }: Recordings): Promised[] {
  const overTheFloor = (step: string): Figure[] =>
    variants<number>(all(sealOpen, { contender: OURS }), 'size').map((size) => {
      const cost = (contender: string) => value(sealOpen, { contender, metric: 'cpu', step, size })
      return [bytes(size), ratio(cost(OURS), cost('floor'))]
    })
  // Both ways of looking at it, as what a request costs anyway makes every ratio smaller.
  const requests = (step: string, contender: string, over: string): Line[] =>
    (['added', 'request'] as const).map((part) => [
      part === 'added' ? 'middleware' : 'whole request',
      SHAPES.map((shape) => {
        const [one, other] = [contender, over].map((name) => requestCost(middleware, name, { step, shape })[part])
        return [shape, ratio(one, other)] as const
      }),
    ])
  const untouched = SHAPES.map(
    (shape): Figure => [shape, requestCost(middleware, OURS, { step: 'untouched', shape }).added],
  )
  const rejections = variants(all(middleware, { contender: OURS, metric: 'cpu' }), 'step').filter(isRejection)
  const rejected = SHAPES.map(
    (shape): Line => [
      shape,
      rejections.map((step) => {
        const [cost, read] = [step, 'read'].map((step) => requestCost(middleware, OURS, { step, shape }).request)
        return [step.replace('rejected: ', ''), ratio(cost, read)]
      }),
    ],
  )
  const throughput = (beside: string) =>
    variants<number>(all(http, { contender: OURS }), 'express').map((express): Figure => {
      const read = (contender: string) => value(http, { contender, express, step: 'read', metric: 'requests' })
      return [`Express ${express}`, ratio(read(OURS), read(beside))]
    })
  const imported = (metric: string) => {
    const [ours, theirs] = [OURS, 'cookie-session'].map((contender) => value(cold, { contender, metric }))
    return ratio(ours, theirs)
  }
  const ironCapacity = value(capacity, { contender: 'iron-session', metric: 'capacity' }) ?? Number.NaN
  const capacities = all(capacity, { contender: OURS, metric: 'capacity' }).map((one): Figure => {
    const { contender, name, limit } = one
    return [`\`${name}\` with a limit of ${bytes(Number(limit))}`, value(capacity, { contender, name, limit } as Facts)]
  })
  const promised = (promise: string, target: Target, ...lines: readonly Line[]): Promised => ({
    promise,
    target,
    lines,
  })
  const overFloor = (step: string) =>
    promised(`CPU of a request that ${step}s, over the floor`, atMost(1.4), ...requests(step, OURS, 'floor'))
  const overOurs = (step: string, target: number) =>
    promised(
      `CPU of a request that ${step}s: cookie-session's over ours`,
      atLeast(target),
      ...requests(step, 'cookie-session', OURS),
    )
  const below2 = targeted(`below ${micros(2)}`, (value) => value < 2, ' µs')
  const ironHolds = `above iron-session's, ${bytes(ironCapacity)}`
  const aboveIron: Target = { told: ironHolds, meets: (value) => value > ironCapacity, print: bytes }
  return [
    promised(
      'CPU of sealing and of opening, over the floor',
      atMost(1.4),
      ['seal', overTheFloor('seal')],
      ['open', overTheFloor('open')],
    ),
    ...[overFloor('read'), overFloor('write'), overOurs('read', 2), overOurs('write', 1.5)],
    promised('CPU that a request costs more if it does not touch its session', below2, ['', untouched]),
    promised('CPU of a request with a cookie that is rejected, over one that is read', atMost(1), ...rejected),
    promised('HTTP requests per second that read, beside those of the bare app', atLeast(0.9), [
      '',
      throughput('nothing'),
    ]),
    promised("HTTP requests per second that read, beside cookie-session's", atLeast(1.25), [
      '',
      throughput('cookie-session'),
    ]),
    promised("Time of the import, over cookie-session's", atMost(1), [
      '',
      [['alone', imported('import')] as const, ['beside Express', imported('importBesideExpress')] as const],
    ]),
    promised("The largest session's JSON", aboveIron, ['', capacities]),
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
  return markdownTable(
    ['What', 'Promised', ...everything.flatMap(({ node }) => [node, 'Met'])],
    promises(everything[0]?.recordings ?? {}).map(({ promise, target }, row) => [
      promise,
      target.told,
      ...byNode.flatMap((all) => (all[row] ? [measured(all[row]), verdict(all[row])] : [])),
    ]),
    'texts',
  )
}

function measured({ lines, target: { print, meets } }: Promised): string {
  const figure = ([label, value]: Figure): string => {
    const printed = orAbsent(value, print)
    return `${label} ${value === undefined || meets(value) ? printed : `**${printed}**`}`.trim()
  }
  const present = lines.filter(([, figures]) => figures.some(([, value]) => value !== undefined))
  if (present.length === 0) return ABSENT
  return present.map(([label, figures]) => `${label && `${label}: `}${figures.map(figure).join(', ')}`).join('<br>')
}

function verdict({ lines, target: { meets } }: Promised): string {
  const values = lines.flatMap(([, figures]) => figures.map(([, value]) => value))
  if (values.some((value) => value !== undefined && !meets(value))) return '**no**'
  return values.length > 0 && values.every((value) => value !== undefined) ? 'yes' : 'not recorded'
}
