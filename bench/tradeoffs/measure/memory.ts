import assert from 'node:assert/strict'
import type { Child } from '../../http/child.js'
import type { Series } from '../../http/series.js'
import { sessionData } from '../../measure/session-data.js'
import type { Participant } from '../participant.js'
import { USUAL_SIZE } from '../sizes.js'
import { sessionOf, signIn } from './agreement.js'
import { Instance } from './instance.js'
import { memoryOf } from './store-usage.js'

export interface Amounts {
  readonly connections: number
  /** Sign-ins before the first look, as a process grows by its first work, whatever that is. */
  readonly warmUp: number
  /** Numbers of sessions, the smallest first. */
  readonly sessions: readonly number[]
  /** Seconds that app and store have to put away what they were doing. */
  readonly rest: number
}

/** What so many sessions take in the app and in the store, all of them made by people who sign in. */
export async function measureMemory(who: Participant, load: Child, amounts: Amounts, series: Series): Promise<void> {
  const instance = await Instance.start(who)
  // One after the other, so that the store has its rest, too.
  const look = async () => ({
    app: await instance.memory(amounts.rest),
    store: who.server && memoryOf(who.server.pid),
  })
  const signInMany = async (amount: number) => {
    const cookies = Array<string>(Math.min(amounts.connections, amount)).fill('')
    await instance.underLoad(load, `/sign-in?size=${USUAL_SIZE}`, { cookies, until: { amount } })
  }
  try {
    await signInMany(amounts.warmUp)
    const before = await look()
    const somebody: string[] = []
    let made = 0
    for (const sessions of amounts.sessions) {
      somebody.push(await signIn(instance.url, USUAL_SIZE))
      await signInMany(sessions - made - 1)
      made = sessions
      const after = await look()
      const add = (metric: string, sample: number) =>
        series.add({ contender: who.backend.name, sessions, metric, unit: 'bytes' }, sample)
      add('memoryApp', after.app - before.app)
      if (before.store !== undefined && after.store !== undefined) add('memoryStore', after.store - before.store)
    }
    // What has been thrown away takes no memory, either.
    for (const cookie of somebody)
      assert.deepEqual(await sessionOf(instance.url, cookie), sessionData('flat', USUAL_SIZE))
  } finally {
    await instance.stop()
  }
}
