import type { RunningServer } from '../../backend.js'
import { at, known, signedIn } from '../actors/people.js'
import { type Finding, noStore, notOurs, type Trial } from '../finding.js'
import { recovery } from '../recovery.js'
import type { Scene } from '../scene.js'
import { inWords } from '../words.js'

/** The store is stopped and started again, and then killed and started again, with its data as it keeps them by default. */
export const storeRestart: Trial = async (scene) => {
  if (!scene.store) return noStore
  const { server } = scene.store
  if (!server) return notOurs
  const stopped = await restarted(scene, server, () => stop(server))
  const killed = await restarted(scene, server, () => server.kill())
  return tell({
    people: scene.people,
    signedInAfterStop: stopped.there,
    signedInAfterKill: killed.there,
    recovered: stopped.ms !== undefined && killed.ms !== undefined,
    ...(stopped.ms !== undefined && { recoveryAfterStopMs: Math.round(stopped.ms) }),
    ...(killed.ms !== undefined && { recoveryAfterKillMs: Math.round(killed.ms) }),
  })
}

async function restarted(scene: Scene, server: RunningServer, end: () => Promise<void>) {
  const app = await scene.start()
  const people = await signedIn(app.origin, scene.people)
  try {
    await end()
  } finally {
    await server.startAgain()
  }
  const ms = await recovery(app.origin)
  // Where the app does not find the way back, another instance shows what is left in the store.
  const working = ms === undefined ? await scene.start() : app
  const there = await known(at(working.origin, people))
  await Promise.all([app.stop(), working.stop()])
  return { ms, there: there.length }
}

/** As the system does when it is updated. */
async function stop(server: RunningServer): Promise<void> {
  if (!('stop' in server) || typeof server.stop !== 'function') throw new Error('the server cannot be stopped')
  await server.stop()
}

export interface Facts {
  readonly people: number
  readonly signedInAfterStop: number
  readonly signedInAfterKill: number
  /** Whether the app went on by itself, both times. */
  readonly recovered: boolean
}

export function tell(facts: Facts): Finding {
  const { people, signedInAfterStop, signedInAfterKill, recovered } = facts
  const stopped = inWords(signedInAfterStop, people)
  const killed = inWords(signedInAfterKill, people)
  const sessions =
    stopped === killed
      ? `${stopped} stayed signed in, whether it was stopped or killed`
      : `${stopped} stayed signed in when it was stopped, ${killed.toLowerCase()} when it was killed`
  const app = recovered ? '' : ', and the app had to be restarted, too'
  return { verdict: verdictOf(facts), happened: `${sessions}${app}.`, facts: { ...facts } }
}

/** Being stopped is everyday life, being killed an accident. */
function verdictOf({ people, signedInAfterStop, signedInAfterKill, recovered }: Facts): Finding['verdict'] {
  if (signedInAfterStop < people) return 'bad'
  return signedInAfterKill === people && recovered ? 'good' : 'mixed'
}
