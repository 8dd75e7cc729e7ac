import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, Browser } from '../actors/browser.js'
import { at, known, signedIn } from '../actors/people.js'
import { type Finding, noStore, notOurs, type Trial } from '../finding.js'
import { recovery } from '../recovery.js'
import { inWords } from '../words.js'

/** How long people wait for an answer, in milliseconds. */
const PATIENCE = 6_000
/** What nobody calls at once any more. */
const LATE = 1_000
/** Until the app has noticed that the store has gone. */
const NOTICED = 300

/** The store is killed; what an app and its people get, and whether all is well when it is back. */
export const storeDown: Trial = async (scene) => {
  if (!scene.store) return noStore
  const { server } = scene.store
  if (!server) return notOurs
  const app = await scene.start()
  const people = await signedIn(app.origin, scene.people)
  let down: Record<Probe, Answer>
  try {
    await server.kill()
    await sleep(NOTICED)
    down = await probe(app.origin, people[0]?.browser ?? new Browser(app.origin))
  } finally {
    await server.startAgain()
  }
  const ms = await recovery(app.origin)
  const working = ms === undefined ? await scene.start() : app
  const there = await known(at(working.origin, people))
  const appRuns = app.runs
  await Promise.all([app.stop(), working.stop()])
  return tell({
    people: people.length,
    patienceMs: PATIENCE,
    ...outcomes(down),
    appRuns,
    recovered: ms !== undefined,
    ...(ms !== undefined && { recoveryMs: Math.round(ms) }),
    signedInAfterwards: there.length,
  })
}

type Probe = 'untouched' | 'read' | 'write' | 'visitor'

/** All at once, as some wait. Each has a copy of the cookies, as a lost connection is that of one request. */
async function probe(origin: string, signedIn: Browser): Promise<Record<Probe, Answer>> {
  const [untouched, read, write, visitor] = await Promise.all([
    signedIn.copy().get('/untouched', PATIENCE),
    signedIn.copy().get('/read', PATIENCE),
    signedIn.copy().post('/write?name=color&value=red', PATIENCE),
    new Browser(origin).get('/untouched', PATIENCE),
  ])
  return { untouched, read, write, visitor }
}

type Outcome = 'served' | 'error' | 'late error' | 'no answer' | 'broken'

function outcomes(answers: Record<Probe, Answer>): Record<Probe, Outcome> & Record<`${Probe}Ms`, number> {
  const entries = Object.entries(answers).flatMap(([name, answer]) => [
    [name, outcomeOf(answer)],
    [`${name}Ms`, Math.round(answer.ms)],
  ])
  return Object.fromEntries(entries)
}

function outcomeOf({ status, ms, late }: Answer): Outcome {
  if (status === 0) return late ? 'no answer' : 'broken'
  if (status === 200) return 'served'
  return ms > LATE ? 'late error' : 'error'
}

export interface Facts extends Readonly<Record<Probe, Outcome>> {
  readonly people: number
  /** How long they waited at most. */
  readonly patienceMs: number
  /** Whether the app's process was still there. */
  readonly appRuns: boolean
  readonly recovered: boolean
  readonly signedInAfterwards: number
}

export function tell(facts: Facts): Finding {
  const { untouched, read, write, visitor } = facts
  const signedIn =
    untouched === read && read === write
      ? `Every request with a session ${TOLD[read]}, also where the session is not used`
      : `With a session, a page that does not use it ${TOLD[untouched]}, reading ${TOLD[read]}, writing ${TOLD[write]}`
  const sentences = [signedIn, `visitors without one ${TOLD[visitor].replace('was', 'were')}`]
  return { verdict: verdictOf(facts), happened: `${sentences.join('; ')}. ${afterwards(facts)}`, facts: { ...facts } }
}

const TOLD: Readonly<Record<Outcome, string>> = {
  served: 'was served',
  error: 'got an error at once',
  'late error': 'got an error after seconds of waiting',
  'no answer': 'waited and got no answer',
  broken: 'lost the connection',
}

function afterwards({ appRuns, recovered, signedInAfterwards, people }: Facts): string {
  const who = inWords(signedInAfterwards, people).toLowerCase()
  const were = who === 'some' ? 'were' : 'was'
  const app = recovered ? 'the app went on by itself' : `the app ${appRuns ? 'had to be restarted' : 'had ended'}`
  return `When the store was back, ${app}, and ${who} ${were} still signed in.`
}

/** Nobody with a session gets anything: that is an outage, however well it ends. */
function verdictOf({ untouched, read, write }: Facts): Finding['verdict'] {
  const served = [untouched, read, write].filter((outcome) => outcome === 'served').length
  if (served === 0) return 'bad'
  return served === 3 ? 'good' : 'mixed'
}
