import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Measurement, Recording } from '../../bench/measure/recording.js'
import {
  cheaper,
  costOf,
  costTables,
  interpolated,
  type Load,
  loadTable,
  type Measured,
  measuredIn,
  memoryOf,
  type Prices,
  requestOf,
  tablesFor,
  USUAL,
} from '../../bench/tradeoffs/model/model.js'
import { type Given, givenFrom } from '../../bench/tradeoffs/model/options.js'

/** Figures that are easy to compute with by hand; compressed, a tenth of the bytes is left. */
const cookie: Measured = {
  name: 'sealed-session',
  place: 'cookie',
  figure: (metric) => ({ cpuApp: 50, cpuStore: 0, bytesUp: 2000, bytesDown: 500, h2Up: 200, h2Down: 50 })[metric],
  memoryOfSession: 0,
}
const store: Measured = {
  name: 'redis',
  place: 'store',
  figure: (metric) => ({ cpuApp: 80, cpuStore: 20, bytesUp: 800, bytesDown: 500, h2Up: 80, h2Down: 50 })[metric],
  memoryOfSession: 1500,
}
const memory: Measured = { ...store, name: 'memory', place: 'app' }
const LOAD: Load = { ...USUAL, sessions: 1e6, requests: 1000 }
const PRICES: Prices = {
  'core-hour': 0.05,
  'gb-month': 3,
  'gb-transfer': 0.1,
  'gb-received': 0.01,
  'store-month': 20,
  copies: 2,
  headroom: 4,
}

describe('what a request takes', () => {
  it('of a store is its CPU, two operations, and the session between app and store', () => {
    const { appCpu, storeCpu, operations, exchanged } = requestOf(store, USUAL)
    expect([appCpu, storeCpu, operations]).toEqual([80, 20, 2])
    // Each session is read, and every tenth is written.
    expect(exchanged).toBeCloseTo(1024 + 102.4)
  })

  it.each([cookie, memory])('takes nothing of a store where there is none: $name', (of) => {
    expect(requestOf(of, USUAL)).toMatchObject({ storeCpu: 0, operations: 0, exchanged: 0 })
  })

  it('weighs the requests by what they do with the session', () => {
    const cpu = { untouched: 10, read: 20, write: 40 }
    const { appCpu } = requestOf({ ...cookie, figure: (_metric, step) => cpu[step] }, USUAL)
    // 0.2 × 10 + 0.7 × 20 + 0.1 × 40
    expect(appCpu).toBeCloseTo(20)
  })

  it('over HTTP/2 sends all headers once on a connection, and what is left of them after that', () => {
    const { up, down } = requestOf(cookie, { ...USUAL, 'per-connection': 10 })
    expect(up).toEqual({ 'HTTP/1.1': expect.closeTo(2000), 'HTTP/2': expect.closeTo(0.1 * 2000 + 0.9 * 200) })
    expect(down['HTTP/2']).toBeCloseTo(0.1 * 500 + 0.9 * 50)
  })
})

describe('the memory of sessions', () => {
  it('is theirs, and that of what they hold beyond the measured size; in a cookie, there is none', () => {
    expect(memoryOf(store, 1e6, 1024)).toBe(1.5e9)
    expect(memoryOf(store, 1e6, 2048)).toBe(2.524e9)
    expect(memoryOf(memory, 1e5, 1024)).toBe(1.5e8)
    expect(memoryOf(cookie, 1e6, 2048)).toBe(0)
  })
})

describe('the tables of resources', () => {
  const tables = tablesFor([cookie, memory, store], USUAL)
  const row = (table: number, name: string) => tables[table]?.rows.find(([first]) => first === name)

  it('have a row for each participant, and say who was not measured', () => {
    const names = 'sealed-session cookie-session MemoryStore Redis Memcached MySQL MongoDB PostgreSQL'.split(' ')
    for (const { rows, head } of tables) {
      expect(rows.map(([name]) => name)).toEqual(names)
      expect(rows.find(([name]) => name === 'MongoDB')).toEqual(['MongoDB', 'not measured here'])
      for (const cells of rows) expect(cells.length).toBeLessThanOrEqual(head.length)
    }
  })

  it('tell what a million requests take', () => {
    const own = ['80.0 s (80.0–80.0)', '20.0 s (20.0–20.0)', '800 MB', '500 MB', '116 MB', '72.5 MB']
    expect(row(0, 'Redis')).toEqual(['Redis', ...own, '2 million', '1.13 GB'])
    expect(row(0, 'sealed-session')?.slice(-2)).toEqual(['none', 'none'])
  })

  it('tell what rates up to a million a second take, of MemoryStore as long as one process is enough', () => {
    expect(tables[1]?.head.at(-1)).toBe('1,000,000/s')
    expect(row(1, 'sealed-session')?.slice(1)).toEqual(['0.05', '0.50', '5.00', '50.0'])
    expect(row(1, 'Redis')?.at(-1)).toBe('80.0 + 20.0')
    expect(row(1, 'MemoryStore')?.slice(1)).toEqual(['0.08', '0.80', 'beyond one process', 'beyond one process'])
    expect(row(2, 'sealed-session')?.at(-1)).toBe('16.0 Gbit/s, 4.00 Gbit/s')
  })

  it('tell what 100,000 sessions take, and more of them', () => {
    expect(tables.at(-1)?.head[1]).toBe('100,000 sessions')
    expect(row(4, 'Redis')?.slice(1)).toEqual(['150 MB', '1.50 GB', '15.0 GB', '150 GB'])
    expect(row(4, 'sealed-session')?.slice(1)).toEqual(['none'])
  })

  it('tell what your own load takes', () => {
    const { caption, rows } = loadTable([cookie, store], LOAD)
    expect(caption).toContain('1,000,000 sessions of 1,024 bytes, 1,000 requests a second, 70% of them reading')
    expect(rows.find(([name]) => name === 'Redis')?.slice(1)).toEqual([
      ...['6.40 Mbit/s', '4.00 Mbit/s', '0.93 Mbit/s', '0.58 Mbit/s'],
      ...['0.08 + 0.02', '1.50 GB', '2,000/s'],
    ])
  })
})

describe('the cost at your own prices', () => {
  it('is what it comes to by hand', () => {
    // 0.1 cores, four paid for each; 500 bytes down and 800 up, 1,000 times in 2,628,000 seconds; two copies of 1.5 GB.
    const cores = 0.1 * 4 * 0.05 * 730
    const traffic = 500 * 2.628 * 0.1 + 800 * 2.628 * 0.01
    const { fixed, perRate } = costOf(store, LOAD, PRICES, 'HTTP/1.1')
    expect(fixed).toBeCloseTo(2 * 1.5 * 3 + 20)
    expect(perRate * 1000).toBeCloseTo(cores + traffic)
    expect(costOf(cookie, LOAD, PRICES, 'HTTP/1.1').fixed).toBe(0)
    expect(costOf(memory, LOAD, PRICES, 'HTTP/1.1').fixed).toBeCloseTo(1.5 * 3)
  })

  it('counts nothing of which no price is given', () => {
    const { case: free } = givenFrom(['--sessions', '1000', '--requests', '1']) as Given
    expect(costOf(store, LOAD, free, 'HTTP/2')).toEqual({ fixed: 0, perRate: 0 })
  })

  it('is less with the cookie up to the rate at which both cost the same', () => {
    // 20 a month ahead, and half of one behind with each request per second.
    expect(cheaper(20, 0.5)).toBe('below 40.0 requests per second')
    expect(cheaper(20, 0)).toBe('at any rate')
    expect(cheaper(0, -1)).toBe('at any rate')
    expect(cheaper(0, 1)).toBe('at no rate')
    expect(cheaper(-20, 0.5)).toBe('at no rate')
    expect(cheaper(-20, -0.5)).toBe('at no rate')
  })

  it('says for each and for both versions of HTTP up to which rate the cookie costs less', () => {
    const [first, second] = costTables(cookie, [cookie, store], { ...LOAD, ...PRICES, 'core-hour': 0 })
    expect(first?.head).toEqual(['', 'your load', 'of it, whatever the rate', 'sealed-session costs less'])
    expect(first?.rows[0]?.at(-1)).toBe('')
    expect(first?.rows[1]?.at(-1)).toMatch(/^below [\d,.]+ requests per second$/)
    expect(second?.caption).toContain('HTTP/2')
  })
})

describe('what was measured of a participant', () => {
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
  const sessions = [taken('memoryStore', { sessions: 10_000 }, 20e6), taken('memoryStore', { sessions: 1e5 }, 155e6)]
  const everything = [...perRequest, ...sessions]
  const measured = (measurements: readonly Measurement[]) => measuredIn({ measurements } as unknown as Recording)
  const [redis, ...others] = measured(everything)

  it('is the median at a measured size, and on the line between two', () => {
    expect(redis?.figure('cpuApp', 'read', 100)).toBe(50)
    expect(redis?.figure('h2Up', 'write', 100)).toBe(50)
    expect(redis?.figure('cpuStore', 'read', 1024)).toBe(70)
    expect(redis?.figure('cpuApp', 'read', 562)).toBeCloseTo(60)
  })

  it('has a range, as CPU depends on what else the machine did', () => {
    expect([0.25, 0.75].map((part) => redis?.figure('cpuApp', 'read', 100, part))).toEqual([45, 55])
  })

  it('takes the memory of a session from the difference of many and few', () => {
    expect(redis?.memoryOfSession).toBe(1500)
  })

  it('leaves out whom nobody measured', () => {
    expect(others).toEqual([])
    expect(measured([])).toEqual([])
  })

  it('leaves out a store whose CPU or memory nobody could look at, as if it cost nothing otherwise', () => {
    expect(measured(perRequest)).toEqual([])
    expect(measured([...perRequest, ...sessions.slice(1)])).toEqual([])
    expect(measured(everything.filter(({ metric }) => metric !== 'cpuStore'))).toEqual([])
  })

  it('knows no memory of what is in a cookie, whatever was measured, and that of the app for MemoryStore', () => {
    const as = (contender: string) => everything.map((one) => ({ ...one, contender }))
    expect(measured(as('sealed-session'))).toMatchObject([{ name: 'sealed-session', memoryOfSession: 0 }])
    expect(measured(as('memory'))).toEqual([])
    const inApp = as('memory').map((one) => (one.metric === 'memoryStore' ? { ...one, metric: 'memoryApp' } : one))
    expect(measured(inApp)).toMatchObject([{ name: 'memory', place: 'app', memoryOfSession: 1500 }])
  })

  it('goes on straight beyond the measured sizes, and never below zero', () => {
    const points = [
      [1, 1],
      [2, 3],
    ] as const
    expect([0, 1, 1.5, 2, 3].map((x) => interpolated(points, x))).toEqual([0, 1, 2, 3, 5])
  })

  it('is the measured value at every measured point', () => {
    const figure = fc.double({ min: 0, max: 1e9, noNaN: true })
    const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4000 }), figure), {
      minLength: 1,
      selector: ([x]) => x,
    })
    fc.assert(
      fc.property(points, (unsorted) => {
        const sorted = [...unsorted].sort(([one], [other]) => one - other)
        expect(sorted.map(([x]) => interpolated(sorted, x))).toEqual(sorted.map(([, y]) => y))
      }),
    )
  })
})

describe('the command line of the model', () => {
  const both = ['--sessions', '5000', '--requests', '50']

  it('takes a load, with what is usual where nothing is said', () => {
    const load = { sessions: 5000, requests: 50, bytes: 1024, read: 0.7, write: 0.1, 'per-connection': 20 }
    expect(givenFrom(both)).toMatchObject({ case: load, hasPrices: false })
    expect(givenFrom([])).toBeUndefined()
    expect(givenFrom([...both, '--read', '0.2', '--write', '0'])?.case).toMatchObject({ read: 0.2, write: 0 })
  })

  it('has no price of its own, and tells which were not given', () => {
    const given = givenFrom([...both, '--core-hour', '0.04', '--store-month', '0'])
    const prices = { 'core-hour': 0.04, 'gb-month': 0, 'gb-transfer': 0, 'gb-received': 0, 'store-month': 0 }
    expect(given?.case).toMatchObject({ ...prices, copies: 2, headroom: 1 })
    expect(given).toMatchObject({ hasPrices: true, uncounted: ['gb-month', 'gb-transfer', 'gb-received'] })
  })

  it.each([
    [['--sessions', '5'], 'give --sessions and --requests, such as'],
    [['--core-hour', '5'], 'give --sessions and --requests, such as'],
    [['--sessions', '5', '--requests', '0'], '--requests takes a number above 0, not 0'],
    [['--sessions=-5', '--requests', '1'], '--sessions takes a number above 0, not -5'],
    [['--sessions', '-5', '--requests', '1'], '--sessions=-XYZ'],
    [['--sessions', 'many', '--requests', '1'], '--sessions takes a number above 0, not many'],
    [[...both, '--bytes', '4000'], 'fit in a cookie'],
    [[...both, '--read=-0.1'], '--read takes a share from 0 to 1, not -0.1'],
    [[...both, '--write', '10'], '--write takes a share from 0 to 1, not 10'],
    [[...both, '--read', '0.9', '--write', '0.2'], '--read and --write must be at most 1 together, such as'],
    [[...both, '--core-hour=-1'], '--core-hour takes a number of 0 or more, not -1'],
    [[...both, '--gb-month', ''], '--gb-month takes a number of 0 or more, not '],
    [[...both, '--copies', '0'], '--copies takes a number of 1 or more, not 0'],
    [['--sesions', '5'], "Unknown option '--sesions'"],
    [['--sessions'], '--sessions'],
  ])('refuses %j, and says what to write', (args, message) => {
    expect(() => givenFrom(args)).toThrow(message)
  })
})
