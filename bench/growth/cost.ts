import assert from 'node:assert/strict'
import type { Measurement } from '../measure/recording.js'
import { inRounds, type Rounds } from '../measure/rounds.js'
import { sessionData } from '../measure/session-data.js'
import { type Contender, contenders } from '../micro/contenders.js'
import { cookiesOf, exchange, type Handler, linesOf, type Serve } from '../micro/exchange.js'
import { floor } from '../micro/floor.js'

const SIZE = 1024
const STEPS: Record<'read' | 'write', Handler> = {
  read: ({ session }) => assert(session?.['notes'] !== undefined),
  write: ({ session }) => {
    assert(session)
    session['views'] = ((session['views'] as number | undefined) ?? 0) + 1
  },
}

/** A secret for each number: as long and as irregular as those that are accepted. */
function secret(number: number): string {
  return `2ukg162M7n962AungnHVNx2Oak1hxgqa-${number}`
}

/** @param sizes bytes of session JSON, up to what a cookie of 4 KB holds */
export async function bySize(sizes: readonly number[], rounds: Rounds): Promise<Measurement[]> {
  const { 'sealed-session': ours, 'cookie-session': signed } = contenders([secret(0)])
  return measure('size', sizes, rounds, async (size, step) => {
    const data = sessionData('flat', size)
    return {
      floor: call(floor(step === 'write'), step, await signedIn(floor(true), data)),
      'sealed-session': call(ours, step, await signedIn(ours, data)),
      'cookie-session': call(signed, step, await signedIn(signed, data)),
    }
  })
}

/** Cookies of others, as analytics and experiments leave them, stand before ours. */
export async function byCookies(counts: readonly number[], rounds: Rounds): Promise<Measurement[]> {
  const serving = contenders([secret(0)])
  return measure('cookies', counts, rounds, async (count, step) => {
    const others = Array.from({ length: count }, (_, index) => `_other${index}=${'v'.repeat(20)}; `).join('')
    return each(['sealed-session', 'cookie-session', 'express-session'], async (name) => {
      const cookie = await signedIn(serving[name], sessionData('flat', SIZE))
      return call(serving[name], step, others + cookie)
    })
  })
}

/** The session comes under the oldest key, and so has to be sealed, or signed, anew with the newest. */
export async function byKeys(counts: readonly number[], rounds: Rounds): Promise<Measurement[]> {
  return measure('keys', counts, rounds, async (count, step) => {
    const secrets = Array.from({ length: count }, (_, index) => secret(index))
    const serving = contenders(secrets)
    const before = contenders(secrets.slice(-1))
    return each(['sealed-session', 'cookie-session'], async (name) =>
      call(serving[name], step, await signedIn(before[name], sessionData('flat', SIZE))),
    )
  })
}

type Calls = Readonly<Record<string, () => unknown>>

async function measure(
  by: string,
  values: readonly number[],
  rounds: Rounds,
  callsFor: (value: number, step: 'read' | 'write') => Promise<Calls>,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const value of values) {
    for (const step of ['read', 'write'] as const) {
      const samples = await inRounds(await callsFor(value, step), rounds)
      for (const [contender, { cpu }] of Object.entries(samples)) {
        measurements.push({ contender, by, value, step, metric: 'cpu', unit: 'us', samples: cpu })
      }
    }
  }
  return measurements
}

async function each(names: readonly Contender[], callOf: (name: Contender) => Promise<() => unknown>): Promise<Calls> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await callOf(name)])))
}

function call(serve: Serve, step: 'read' | 'write', cookie: string): () => unknown {
  return () => exchange(serve, STEPS[step], cookie)
}

async function signedIn(serve: Serve, data: object): Promise<string> {
  const res = await exchange(serve, ({ session }) => session && Object.assign(session, data), '')
  assert(linesOf(res).length > 0, 'the session was not accepted')
  return cookiesOf(res)
}
