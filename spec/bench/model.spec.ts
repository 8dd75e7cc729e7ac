import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Measurement, Recording } from '../../bench/measure/recording.js'
import { ASSUMED } from '../../bench/tradeoffs/model/assumptions.js'
import { breakEven } from '../../bench/tradeoffs/model/break-even.js'
import { type Calibration, calibrate, interpolated } from '../../bench/tradeoffs/model/calibration.js'
import { costOf, sentFor } from '../../bench/tradeoffs/model/cost.js'
import { demandOf, type Load } from '../../bench/tradeoffs/model/demand.js'
import { givenFrom } from '../../bench/tradeoffs/model/given.js'
import { movesOf } from '../../bench/tradeoffs/model/sensitivity.js'
import { breakEvenTables, told } from '../../bench/tradeoffs/model/tables.js'

/** Figures that are easy to compute with by hand; compressed, a tenth of the bytes is left. */
const cookie: Calibration = {
  name: 'sealed-session',
  hasStore: false,
  cpuApp: () => 50,
  cpuStore: () => 0,
  up: (_step, _bytes, http) => (http === 1 ? 2000 : 200),
  down: (_step, _bytes, http) => (http === 1 ? 500 : 50),
  memoryOfSession: 0,
}
const store: Calibration = {
  name: 'redis',
  hasStore: true,
  cpuApp: () => 80,
  cpuStore: () => 20,
  up: (_step, _bytes, http) => (http === 1 ? 800 : 80),
  down: (_step, _bytes, http) => (http === 1 ? 500 : 50),
  memoryOfSession: 1500,
}
/** Whose bytes cost more than the servers that it saves, once there are enough of them. */
const heavy: Calibration = { ...cookie, up: () => 8000 }
const LOAD: Load = { sessions: 1e6, requests: 1000, bytes: 1024, read: 0.7, write: 0.1, http: 1 }

describe('the demand', () => {
  it('of a store is its CPU, the memory of all sessions, and two operations for each request', () => {
    const { storeCores, memory, operations, exchanged } = demandOf(store, LOAD)
    expect(storeCores).toBeCloseTo(0.02)
    expect(memory).toBe(1.5e9)
    expect(operations).toBe(2000)
    // Each session is read, every tenth is written, and 150 bytes are beside each operation.
    expect(exchanged).toBeCloseTo(1000 * (1024 + 102.4 + 2 * 150))
  })

  it('of a cookie is no memory, no operation and no core of a store', () => {
    expect(demandOf(cookie, LOAD)).toMatchObject({ memory: 0, operations: 0, storeCores: 0, exchanged: 0 })
  })

  it('counts the memory of a session that is larger than the measured ones', () => {
    expect(demandOf(store, { ...LOAD, bytes: 2048 }).memory).toBe(2.524e9)
  })

  it('weighs the requests by what they do with the session', () => {
    const cpu = { untouched: 10, read: 20, write: 40 }
    const { appCores } = demandOf({ ...cookie, cpuApp: (step) => cpu[step] }, LOAD)
    // 0.2 × 10 + 0.7 × 20 + 0.1 × 40 = 20 microseconds, a thousand times a second.
    expect(appCores).toBeCloseTo(0.02)
  })

  it('over HTTP/2 sends all headers once on a connection, and what is left of them after that', () => {
    const { up } = demandOf(cookie, { ...LOAD, http: 2 }, { ...ASSUMED, perConnection: 10 })
    expect(up).toBeCloseTo(1000 * (0.1 * 2000 + 0.9 * 200))
  })
})

describe('the cost a month', () => {
  it('is what it comes to by hand', () => {
    // 2,500 bytes, 1,000 times a second, 2,628,000 seconds: 6,570 GB, 1,314 of them down.
    const traffic = 6570 * 0.008 + 1314 * 0.09
    // 0.05 cores, three times that in the busiest second, 60% busy.
    const app = ((0.05 * 3) / 0.6) * 0.04048 * 730
    const cost = costOf(cookie, LOAD)
    expect(cost.traffic).toBeCloseTo(traffic)
    expect(cost.app).toBeCloseTo(app)
    expect(cost.store).toBe(0)
    expect(cost.total).toBeCloseTo(traffic + app)
  })

  it('of a store counts what crosses to another zone at both ends, and if it is managed at one', () => {
    // 1,426.4 bytes, 1,000 times a second, half of it to another zone: 1,874.29 GB a month.
    const without = 1300 * 2.628 * 0.008 + 500 * 2.628 * 0.09
    expect(costOf(store, LOAD).traffic).toBeCloseTo(without + 1874.29 * 0.02, 2)
    expect(costOf(store, LOAD, 'managed').traffic).toBeCloseTo(without + 1874.29 * 0.01, 2)
  })

  it('of what goes down becomes less by the gigabyte, tier by tier', () => {
    expect(sentFor(10_000, ASSUMED)).toBeCloseTo(900)
    expect(sentFor(50_000, ASSUMED)).toBeCloseTo(900 + 3400)
    expect(sentFor(150_000, ASSUMED)).toBeCloseTo(900 + 3400 + 7000)
    expect(sentFor(160_000, ASSUMED)).toBeCloseTo(900 + 3400 + 7000 + 500)
  })

  it('of a store is that of its smallest servers at least, 1.5 times that if managed, next to nothing if they run anyway', () => {
    const idle = { ...LOAD, sessions: 1, requests: 0.001 }
    const two = 2 * 0.5 * 0.04048 * 730 + 2 * 1 * 0.004445 * 730
    expect(costOf(store, idle).store).toBeCloseTo(two)
    expect(costOf(store, idle, 'managed').store).toBeCloseTo(two * 1.5)
    expect(costOf(store, idle, 'anyway').store).toBeCloseTo(0)
  })

  it('of a busy store is its cores and two copies of its memory, by hand', () => {
    const busy = { ...LOAD, sessions: 1e8, requests: 1e6 }
    // 20 cores, three times that, 60% busy; 150 GB in each copy, 70% full.
    const dollars = ((20 * 3) / 0.6) * 0.04048 * 730 + 2 * (150 / 0.7) * 0.004445 * 730
    expect(costOf(store, busy).store).toBeCloseTo(dollars)
    expect(costOf(store, busy, 'anyway').store).toBeCloseTo(dollars)
  })

  it('never falls when sessions or requests become more', () => {
    const amount = fc.double({ min: 1, max: 1e8, noNaN: true })
    const hosting = fc.constantFrom('own', 'managed', 'anyway')
    fc.assert(
      fc.property(amount, amount, fc.constantFrom(cookie, store), hosting, (sessions, requests, of, how) => {
        const now = costOf(of, { ...LOAD, sessions, requests }, how).total
        expect(costOf(of, { ...LOAD, sessions: sessions * 2, requests }, how).total).toBeGreaterThanOrEqual(now)
        expect(costOf(of, { ...LOAD, sessions, requests: requests * 2 }, how).total).toBeGreaterThan(now)
      }),
    )
  })
})

describe('the break-even', () => {
  it('is where both cost the same, with the cookie cheaper on the side that is said', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1e7 }), (sessions) => {
        const [first] = breakEven([heavy, store], 'requests', { ...LOAD, sessions })
        if (first?.to === undefined) throw new Error('no break-even')
        const ratio = (requests: number) => {
          const load = { ...LOAD, sessions, requests }
          return costOf(heavy, load).total / costOf(store, load).total
        }
        expect(ratio(first.to)).toBeCloseTo(1, 6)
        expect(first.from).toBeUndefined()
        expect(ratio(first.to / 1.1)).toBeLessThan(1)
        expect(ratio(first.to * 1.1)).toBeGreaterThan(1)
      }),
    )
  })

  it.each(['requests', 'sessions', 'bytes'] as const)('is found for %s, where there is one', (varied) => {
    const growing = { ...cookie, up: (_step: string, bytes: number) => 8 * bytes }
    const load = { ...LOAD, requests: 20_000 }
    const found = breakEven([growing, store], varied, load)
    const ends = found.flatMap(({ from, to }) => [from ?? [], to ?? []].flat())
    expect(ends.length).toBeGreaterThan(0)
    for (const end of ends) {
      const at = { ...load, [varied]: end }
      expect(costOf(growing, at).total / costOf(store, at).total).toBeCloseTo(1, 6)
    }
  })

  it('is everywhere for what costs less of everything, and nowhere the other way round', () => {
    const less = { ...store, hasStore: false, memoryOfSession: 0 }
    expect(breakEven([less, store], 'requests', LOAD)).toEqual([{}])
    expect(breakEven([store, less], 'requests', LOAD)).toEqual([])
  })

  it('is in two places where the cookie is cheaper with few requests and with many', () => {
    // Dear traffic at first, which becomes cheaper by the tier, beside a store whose CPU does not.
    const down = { ...cookie, cpuApp: () => 0, up: () => 0, down: () => 5000 }
    const cpu = { ...store, cpuApp: () => 7000, up: () => 0, down: () => 0, memoryOfSession: 0 }
    const found = breakEven([down, cpu], 'requests', { ...LOAD, sessions: 1 })
    expect(told(found, 'requests')).toMatch(/^below [\d.,]+\/s, above [\d.,]+\/s$/)
  })

  it('moves to fewer requests when traffic becomes dearer', () => {
    const dear = { ...ASSUMED, balancedGigabyte: ASSUMED.balancedGigabyte * 2 }
    const [now] = breakEven([heavy, store], 'requests', LOAD)
    const [then] = breakEven([heavy, store], 'requests', LOAD, 'own', dear)
    expect(then?.to).toBeLessThan(now?.to ?? 0)
  })

  it('is told for every way to run a store, by each figure that varies', () => {
    const [first, second] = breakEvenTables(heavy, [store], LOAD)
    expect(first?.head).toEqual(['beside', 'requests', 'sessions alive', 'size of the session'])
    expect(first?.rows.map(([name]) => name)).toEqual([
      'Redis, servers of its own',
      'Redis, managed by the cloud',
      'Redis, runs for other things anyway',
    ])
    expect(second?.caption).toContain('HTTP/2')
  })

  it('depends on what the costs are made of, and on nothing that is not in them', () => {
    const names = movesOf(heavy, store, { ...LOAD, sessions: 1000 }).map(({ name }) => name)
    expect(names[0]).toBe('A GB through the load balancer, up or down')
    expect(names).toContain('Memory of the smallest server of a store')
    expect(names).not.toContain('A managed store over its cores and memory')
    expect(names.filter((name) => /HTTP\/2/.test(name))).toEqual([])
  })
})

describe('the calibration', () => {
  const taken = (metric: string, facts: object, ...samples: number[]): Measurement => ({
    contender: 'redis',
    metric,
    unit: '',
    samples,
    ...facts,
  })
  const perRequest = ['cpuApp', 'cpuStore', 'bytesUp', 'bytesDown', 'h2Up', 'h2Down'].flatMap((metric) =>
    ['untouched', 'read', 'write'].flatMap((step) => [
      taken(metric, { step, size: 1024 }, 70),
      taken(metric, { step, size: 100 }, 40, 60, 50),
    ]),
  )
  const memory = [taken('memoryStore', { sessions: 10_000 }, 20e6), taken('memoryStore', { sessions: 100_000 }, 155e6)]
  const calibrated = (measurements: readonly Measurement[]) => calibrate({ measurements } as unknown as Recording)
  const [redis, ...others] = calibrated([...perRequest, ...memory])

  it('is the measured median at a measured size, and on the line between two', () => {
    expect(redis?.cpuApp('read', 100)).toBe(50)
    expect(redis?.up('write', 100, 2)).toBe(50)
    expect(redis?.cpuStore('read', 1024)).toBe(70)
    expect(redis?.cpuApp('read', 562)).toBeCloseTo(60)
  })

  it('takes the memory of a session from the difference of many and few', () => {
    expect(redis?.memoryOfSession).toBe(1500)
  })

  it('leaves out whom nobody measured', () => {
    expect(others).toEqual([])
    expect(calibrated([])).toEqual([])
  })

  it('leaves out a store whose CPU or memory nobody could look at, as if it cost nothing otherwise', () => {
    expect(calibrated(perRequest)).toEqual([])
    expect(calibrated([...perRequest, ...memory.slice(1)])).toEqual([])
    expect(calibrated([...perRequest.filter(({ metric }) => metric !== 'cpuStore'), ...memory])).toEqual([])
  })

  it('knows no memory of what is in a cookie, whatever was measured', () => {
    const all = [...perRequest, ...memory].map((one) => ({ ...one, contender: 'sealed-session' }))
    expect(calibrated(all)).toMatchObject([{ name: 'sealed-session', hasStore: false, memoryOfSession: 0 }])
  })

  it('leaves out the memory of the app, which has no scale', () => {
    expect(calibrated([...perRequest, ...memory].map((one) => ({ ...one, contender: 'memory' })))).toEqual([])
  })

  it('goes on straight beyond the measured sizes, and never below zero', () => {
    const points = [
      { x: 1, y: 1 },
      { x: 2, y: 3 },
    ]
    expect([0, 1, 1.5, 2, 3].map((x) => interpolated(points, x))).toEqual([0, 1, 2, 3, 5])
  })

  it('is the measured value at every measured point', () => {
    const figure = fc.double({ min: 0, max: 1e9, noNaN: true })
    const points = fc.uniqueArray(fc.record({ x: fc.integer({ min: 1, max: 4000 }), y: figure }), {
      minLength: 1,
      selector: ({ x }) => x,
    })
    fc.assert(
      fc.property(points, (unsorted) => {
        const sorted = [...unsorted].sort((a, b) => a.x - b.x)
        expect(sorted.map(({ x }) => interpolated(sorted, x))).toEqual(sorted.map(({ y }) => y))
      }),
    )
  })
})

describe('the command line of the model', () => {
  const both = ['--sessions', '5000', '--requests', '50']

  it('takes a load, with what is usual where nothing is said', () => {
    const load = { sessions: 5000, requests: 50, bytes: 1024, read: 0.7, write: 0.1 }
    expect(givenFrom(both).load).toEqual(load)
    expect(givenFrom(['--sessions', '5000', '--rps', '50']).load).toEqual(load)
    expect(givenFrom([])).toEqual({ load: undefined, results: undefined })
    expect(givenFrom(['--results', 'some.json'])).toEqual({ load: undefined, results: 'some.json' })
  })

  it.each([
    [['--untouched', '0.5'], { read: 0.4, write: 0.1 }],
    [['--untouched', '0.5', '--write', '0.3'], { read: 0.2, write: 0.3 }],
    [['--untouched', '0.5', '--read', '0.3'], { read: 0.3, write: 0.2 }],
    [['--untouched', '0', '--read', '0.9', '--write', '0.1'], { read: 0.9, write: 0.1 }],
    [['--read', '0.2', '--write', '0'], { read: 0.2, write: 0 }],
  ])('gives what %j leave to the share that is not given', (args, shares) => {
    expect(givenFrom([...both, ...args]).load).toMatchObject(shares)
  })

  it.each([
    [['--sessions', '5'], 'give --sessions and --requests, such as'],
    [['--sessions', '5', '--requests', '0'], '--requests takes a number above 0, not 0'],
    [['--sessions', '-5', '--requests', '1'], '--sessions takes a number above 0, not -5'],
    [['--sessions', 'many', '--requests', '1'], '--sessions takes a number above 0, not many'],
    [[...both, '--rps', '1'], '--requests and --rps are the same'],
    [[...both, '--bytes', '4000'], 'fit in a cookie'],
    [[...both, '--read', '-0.1'], '--read takes a share from 0 to 1, not -0.1'],
    [[...both, '--write', '10'], '--write takes a share from 0 to 1, not 10'],
    [[...both, '--read', '0.9', '--write', '0.2'], '--read and --write must be at most 1 together, such as'],
    [[...both, '--untouched', '0.3', '--read', '0.3', '--write', '0.3'], 'must be 1 together, such as --untouched 0.2'],
    [['--sesions', '5'], 'there is no --sesions, but --sessions, --requests'],
    [['--sessions'], '--sessions'],
  ])('refuses %j, and says what to write', (args, message) => {
    expect(() => givenFrom(args)).toThrow(message)
  })
})
