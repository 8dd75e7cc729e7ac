import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Measurement, Recording } from '../../bench/measure/recording.js'
import { ASSUMED } from '../../bench/tradeoffs/model/assumptions.js'
import { breakEven } from '../../bench/tradeoffs/model/break-even.js'
import { type Calibration, calibrate, interpolated } from '../../bench/tradeoffs/model/calibration.js'
import { costOf } from '../../bench/tradeoffs/model/cost.js'
import { demandOf, type Load } from '../../bench/tradeoffs/model/demand.js'
import { givenFrom } from '../../bench/tradeoffs/model/given.js'

/** Figures that are easy to compute with by hand. */
const cookie: Calibration = {
  name: 'sealed-session',
  hasStore: false,
  cpuApp: () => 50,
  cpuStore: () => 0,
  up: () => 2000,
  down: () => 500,
  memoryOfSession: 0,
}
const store: Calibration = {
  name: 'redis',
  hasStore: true,
  cpuApp: () => 80,
  cpuStore: () => 20,
  up: () => 800,
  down: () => 500,
  memoryOfSession: 1500,
}
/** Whose bytes cost more than the CPU that it saves. */
const heavy: Calibration = { ...cookie, up: () => 8000 }
const LOAD: Load = { sessions: 1e6, requests: 1000, bytes: 1024, read: 0.7, write: 0.1, http: 1 }

describe('the demand', () => {
  it('of a store is its CPU, the memory of all sessions, and two operations for each request', () => {
    const { storeCores, memory, operations } = demandOf(store, LOAD)
    expect(storeCores).toBeCloseTo(0.02)
    expect(memory).toBe(1.5e9)
    expect(operations).toBe(2000)
  })

  it('of a cookie is no memory, no operation and no core of a store', () => {
    expect(demandOf(cookie, LOAD)).toMatchObject({ memory: 0, operations: 0, storeCores: 0, exchanged: 0 })
  })

  it('counts the memory of a session that is larger than the measured ones', () => {
    expect(demandOf(store, { ...LOAD, bytes: 2048 }).memory).toBe(2.524e9)
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

  it('of a store is never less than that of its smallest servers', () => {
    const { store: dollars } = costOf(store, { ...LOAD, sessions: 1, requests: 0.001 })
    expect(dollars).toBeCloseTo(2 * 0.5 * 0.04048 * 730 + 2 * 1 * 0.004445 * 730)
  })

  it('never falls when sessions or requests become more', () => {
    const amount = fc.double({ min: 1, max: 1e8, noNaN: true })
    fc.assert(
      fc.property(amount, amount, fc.constantFrom(cookie, store), (sessions, requests, of) => {
        const now = costOf(of, { ...LOAD, sessions, requests }).total
        expect(costOf(of, { ...LOAD, sessions: sessions * 2, requests }).total).toBeGreaterThanOrEqual(now)
        expect(costOf(of, { ...LOAD, sessions, requests: requests * 2 }).total).toBeGreaterThan(now)
      }),
    )
  })
})

describe('the break-even', () => {
  it('is where both cost the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1e7 }), (sessions) => {
        const found = breakEven(heavy, store, { ...LOAD, sessions })
        if (!('requests' in found)) throw new Error(`${found.cheaper} cheaper`)
        const load = { ...LOAD, sessions, requests: found.requests }
        expect(costOf(heavy, load).total / costOf(store, load).total).toBeCloseTo(1, 2)
        expect(found.cheaper).toBe('below')
      }),
    )
  })

  it('is nowhere for what costs less of everything', () => {
    expect(breakEven({ ...store, hasStore: false, memoryOfSession: 0 }, store, LOAD)).toEqual({ cheaper: 'always' })
    expect(breakEven(store, { ...store, hasStore: false, memoryOfSession: 0 }, LOAD)).toEqual({ cheaper: 'never' })
  })

  it('moves to fewer requests when traffic becomes dearer', () => {
    const dear = { ...ASSUMED, balancedGigabyte: ASSUMED.balancedGigabyte * 2 }
    const [now, then] = [breakEven(heavy, store, LOAD), breakEven(heavy, store, LOAD, dear)]
    if (!('requests' in now && 'requests' in then)) throw new Error('no break-even')
    expect(then.requests).toBeLessThan(now.requests)
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
  const measurements = [
    taken('cpuApp', { step: 'read', size: 100 }, 40, 50, 60),
    taken('cpuApp', { step: 'read', size: 1024 }, 70),
    taken('memoryStore', { sessions: 10_000 }, 20e6),
    taken('memoryStore', { sessions: 100_000 }, 155e6),
  ]
  const [redis, ...others] = calibrate({ measurements } as unknown as Recording)

  it('is the measured median at a measured size, and on the line between two', () => {
    expect(redis?.cpuApp('read', 100)).toBe(50)
    expect(redis?.cpuApp('read', 1024)).toBe(70)
    expect(redis?.cpuApp('read', 562)).toBeCloseTo(60)
  })

  it('takes the memory of a session from the difference of many and few', () => {
    expect(redis?.memoryOfSession).toBe(1500)
  })

  it('leaves out whom nobody measured', () => {
    expect(others).toEqual([])
  })

  it('goes on straight beyond the measured sizes, and never below zero', () => {
    const points = [
      { x: 1, y: 1 },
      { x: 2, y: 3 },
    ]
    expect([0, 1, 1.5, 2, 3].map((x) => interpolated(points, x))).toEqual([0, 1, 2, 3, 5])
  })
})

describe('the command line of the model', () => {
  it('takes a load, with what is usual where nothing is said', () => {
    expect(givenFrom(['--sessions', '5000', '--requests', '50']).load).toEqual({
      sessions: 5000,
      requests: 50,
      bytes: 1024,
      read: 0.7,
      write: 0.1,
    })
    expect(givenFrom([]).load).toBeUndefined()
  })

  it.each([
    [['--sessions', '5'], '--sessions and --requests'],
    [['--sessions', '5', '--requests', '0'], '--requests takes a number above 0'],
    [['--sessions', '5', '--requests', '1', '--bytes', '4000'], 'fit in a cookie'],
    [['--sessions', '5', '--requests', '1', '--read', '0.9', '--write', '0.2'], 'more than 1 together'],
    [['--sesions', '5'], 'sesions'],
  ])('refuses %j, and says what to write', (args, message) => {
    expect(() => givenFrom(args)).toThrow(message)
  })
})
