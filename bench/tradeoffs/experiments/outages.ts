import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, Browser } from '../../measure/browser.js'
import type { Child } from '../../measure/process.js'
import { median } from '../../measure/samples.js'
import type { StoreServer } from '../stores.js'
import type { Balancer } from './balancer.js'
import { at, isKnown, known, type Person, person, signedIn, signIn } from './people.js'
import { type Finding, inWords, noStore, notOurs, notProxied, recovery, type Scene, stop, type Trial } from './scene.js'

/** The app is stopped as a deployment does, and started again with the same settings. */
export const appRestart: Trial = async (scene) => {
  const before = await scene.start()
  const people = await signedIn(before.origin, scene.people)
  await stop(before)
  const after = await scene.start()
  const stillSignedIn = (await known(at(after.origin, people))).length
  await stop(after)
  const verdict = stillSignedIn === people.length ? 'good' : 'bad'
  const happened = `${inWords(stillSignedIn, people.length)} stayed signed in.`
  return { verdict, happened, facts: { people: people.length, stillSignedIn } }
}

const BEHIND_PROXY = 3

/** One of three instances is killed. Everybody asks as often as there are instances, so that each is asked. */
export const instanceKilled: Trial = async (scene) => {
  const apps = await Promise.all(Array.from({ length: BEHIND_PROXY }, () => scene.start()))
  const balancer = await scene.balancer(apps)
  const people = await signedIn(balancer.origin, scene.people)
  const before = await countKnown(people)
  await apps[0]?.stop('SIGKILL')
  const after = await countKnown(people)
  const written = await Promise.all(people.map(({ browser }) => browser.post('/write?name=color&value=red')))
  await Promise.all(apps.map((app) => stop(app)))
  await balancer.close()
  const failedWrites = written.filter(({ status }) => status !== 200).length
  const facts = {
    people: people.length,
    alwaysKnownBefore: before.always,
    alwaysKnownAfter: after.always,
    neverKnownAfter: after.never,
    failedWrites,
  }
  const lost = after.never > 0 ? 'those of the killed one were signed out' : 'nobody was signed out altogether'
  const failed = failedWrites === 0 ? 'no request' : 'some requests'
  const happened =
    before.always < people.length
      ? `Even before, people were known to the instance at which they had signed in, and to no other; ${lost}.`
      : `${inWords(after.always, people.length)} stayed signed in, and ${failed} failed.`
  const verdict = after.always < people.length ? 'bad' : failedWrites === 0 ? 'good' : 'mixed'
  return { verdict, happened, facts }
}

/** Whom each instance knew, and whom none. */
async function countKnown(people: readonly Person[]): Promise<{ always: number; never: number }> {
  let [always, never] = [0, 0]
  for (const one of people) {
    const answers = []
    for (let turn = 0; turn < BEHIND_PROXY; turn++) answers.push(await isKnown(one))
    if (answers.every((known) => known)) always++
    if (!answers.some((known) => known)) never++
  }
  return { always, never }
}

const OLD = 'old-Jq8nXw0PzLr5TtY1uBk7HcGe2MsDf9'
const NEW = 'new-Rm4vKd6SaQy3WbZ8oNj5XtEi1UpCg7'
const FIRST = [OLD, NEW]
const LAST = [NEW, OLD]
const DEPLOYED = 2
const NOBODY = 'nobody was signed out'

/**
 * All instances get a new key, one after the other, while people work. In one deploy, the new key is first in the list
 * at once, and the old one second. In two, the first puts the new key last, so that all know it before one uses it.
 */
export const rollingDeploy: Trial = async (scene) => {
  const [inOne, inTwo] = await Promise.all([deploys(scene, [LAST]), deploys(scene, [FIRST, LAST])])
  const facts = {
    people: scene.people,
    readersLostInOne: inOne.readers,
    writersLostInOne: inOne.writers,
    newcomersLostInOne: inOne.newcomers,
    readersLostInTwo: inTwo.readers,
    writersLostInTwo: inTwo.writers,
    newcomersLostInTwo: inTwo.newcomers,
  }
  const [one, two] = [lostInWords(inOne), lostInWords(inTwo)]
  const happened =
    one === two
      ? `${one.charAt(0).toUpperCase()}${one.slice(1)}, whether the new key came first at once or was known everywhere before.`
      : `With the new key first at once, ${one}; in two deploys, of which the first only adds it, ${two}.`
  // Whoever puts the new key first at once, as seems natural, must know better to get the good result.
  const verdict = two !== NOBODY ? 'bad' : one === NOBODY ? 'good' : 'mixed'
  return { verdict, happened, facts }
}

/** Who had signed in before and only read, or changed the session; and who signed in during a deploy. */
type Groups<Of> = Readonly<Record<'readers' | 'writers' | 'newcomers', Of>>

function lostInWords({ readers, writers, newcomers }: Groups<number>): string {
  if (readers > 0) return 'people were signed out'
  return writers + newcomers > 0 ? 'those were signed out who changed the session or signed in meanwhile' : NOBODY
}

async function deploys(scene: Scene, steps: readonly (readonly string[])[]): Promise<Groups<number>> {
  const start = (keys: readonly string[]) => Promise.all(Array.from({ length: DEPLOYED }, () => scene.start({ keys })))
  const apps = await start([OLD])
  const balancer = await scene.balancer(apps)
  const all = await signedIn(balancer.origin, scene.people)
  const half = Math.ceil(all.length / 2)
  const groups: Groups<Person[]> = { readers: all.slice(0, half), writers: all.slice(half), newcomers: [] }
  const lost = new Set<Person>()
  await work(groups, lost)
  for (const keys of steps) {
    for (const fresh of await start(keys)) {
      await replace(apps, fresh, balancer)
      groups.newcomers.push(...(await signedIn(balancer.origin, DEPLOYED)))
      await work(groups, lost)
    }
  }
  await Promise.all(apps.map((app) => stop(app)))
  await balancer.close()
  const lostOf = (group: readonly Person[]) => group.filter((one) => lost.has(one)).length
  return { readers: lostOf(groups.readers), writers: lostOf(groups.writers), newcomers: lostOf(groups.newcomers) }
}

/** The oldest goes when the new one is there, and no request is sent to it any more. */
async function replace(apps: Child[], fresh: Child, balancer: Balancer): Promise<void> {
  const oldest = apps.shift()
  apps.push(fresh)
  balancer.use(apps.map(({ origin }) => origin))
  if (oldest) await stop(oldest)
}

let changes = 0

/** Everybody asks each instance, and writers also write at each: an odd number of requests takes turns with them. */
async function work(groups: Groups<readonly Person[]>, lost: Set<Person>): Promise<void> {
  for (const [name, group] of Object.entries(groups)) {
    for (const one of group) {
      for (let turn = 0; turn < DEPLOYED; turn++) {
        if (name === 'writers') await one.browser.post(`/write?name=change&value=${changes++}`)
        for (let count = 0; count < DEPLOYED; count++) if (!(await isKnown(one))) lost.add(one)
      }
    }
  }
}

/** Whoever asks while something is wrong with the store: three with a session, and one without. */
const PROBES = {
  untouched: (browser: Browser, patience?: number) => browser.get('/untouched', patience),
  read: (browser: Browser, patience?: number) => browser.get('/read', patience),
  write: (browser: Browser, patience?: number) => browser.post(`/write?name=color&value=${changes++}`, patience),
  visitor: ({ origin }: Browser, patience?: number) => new Browser(origin).get('/untouched', patience),
} as const
type Probe = keyof typeof PROBES
const PROBE_NAMES = Object.keys(PROBES) as Probe[]

/** One sentence where all with a session fared the same. */
function withSession(told: Readonly<Record<Probe, string>>): string {
  return told.untouched === told.read && told.read === told.write
    ? `Every request with a session ${told.read}, also where the session is not used`
    : `With a session, a page that does not use it ${told.untouched}, reading ${told.read}, writing ${told.write}`
}

/** How late the store answers, in milliseconds. */
const DELAY = 200

/** Every answer of the store comes late. */
export const storeSlow: Trial = async (scene) => {
  if (!scene.store) return noStore
  const led = await scene.proxy(scene.store.url)
  if (!led) return notProxied
  const app = await scene.start({ url: led.url })
  const somebody = person(app.origin)
  await signIn(somebody)
  const fast = await waits(somebody.browser)
  led.proxy.delay = DELAY
  const slow = await waits(somebody.browser)
  await stop(app)
  const added = PROBE_NAMES.map((name) => [name, slow[name] - fast[name]] as const)
  const answers = Object.fromEntries(added.map(([name, ms]) => [name, Math.max(0, Math.round(ms / DELAY))])) as Record<
    Probe,
    number
  >
  const told = (count: number) => `waited for the store ${['not at all', 'once', 'twice'][count] ?? `${count} times`}`
  const { untouched, read, write, visitor } = answers
  const waiting = withSession({ untouched: told(untouched), read: told(read), write: told(write), visitor: '' })
  const visitors = visitor === 0 ? 'visitors without one did not wait' : 'visitors without one waited, too'
  return {
    verdict: Math.max(untouched, read, write) > 0 ? 'mixed' : 'good',
    happened: `${waiting}; ${visitors}.`,
    facts: Object.fromEntries(added.map(([name, ms]) => [`${name}Ms`, Math.round(ms)])),
  }
}

async function waits(browser: Browser): Promise<Record<Probe, number>> {
  const times: Partial<Record<Probe, number>> = {}
  for (const name of PROBE_NAMES) {
    const answers = [await PROBES[name](browser), await PROBES[name](browser)]
    const failed = answers.find(({ status }) => status !== 200)
    if (failed) throw new Error(`with a slow store, the app answers ${failed.status}`)
    times[name] = median(answers.map(({ ms }) => ms))
  }
  return times as Record<Probe, number>
}

/** The store is stopped and started again, and then killed and started again, with its data as it keeps them by default. */
export const storeRestart: Trial = async (scene) => {
  if (!scene.store) return noStore
  const { server } = scene.store
  if (!server) return notOurs
  // The first is what the system does when it is updated.
  const stopped = await restarted(scene, server, () => server.stop())
  const killed = await restarted(scene, server, () => server.kill())
  const recovered = stopped.ms !== undefined && killed.ms !== undefined
  const facts = {
    people: scene.people,
    signedInAfterStop: stopped.there,
    signedInAfterKill: killed.there,
    recovered,
    ...(stopped.ms !== undefined && { recoveryAfterStopMs: Math.round(stopped.ms) }),
    ...(killed.ms !== undefined && { recoveryAfterKillMs: Math.round(killed.ms) }),
  }
  const [afterStop, afterKill] = [stopped, killed].map(({ there }) => inWords(there, scene.people)) as [string, string]
  const sessions =
    afterStop === afterKill
      ? `${afterStop} stayed signed in, whether it was stopped or killed`
      : `${afterStop} stayed signed in when it was stopped, ${afterKill.toLowerCase()} when it was killed`
  const app = recovered ? '' : ', and the app had to be restarted, too'
  // Being stopped is everyday life, being killed an accident.
  const all = killed.there === scene.people && recovered
  const verdict = stopped.there < scene.people ? 'bad' : all ? 'good' : 'mixed'
  return { verdict, happened: `${sessions}${app}.`, facts }
}

async function restarted(scene: Scene, server: StoreServer, end: () => Promise<void>) {
  const app = await scene.start()
  const people = await signedIn(app.origin, scene.people)
  try {
    await end()
  } finally {
    await server.startAgain()
  }
  const { ms, there } = await afterwards(scene, app, people)
  return { ms, there }
}

/** Whether the app finds the way back; where it does not, another instance shows what is left in the store. */
async function afterwards(scene: Scene, app: Child, people: readonly Person[]) {
  const ms = await recovery(app.origin)
  const working = ms === undefined ? await scene.start() : app
  const there = (await known(at(working.origin, people))).length
  const appRuns = !app.hasEnded
  await Promise.all([stop(app), stop(working)])
  return { ms, there, appRuns }
}

/** How long people wait for an answer, in milliseconds. */
const PATIENCE = 6_000
/** What nobody calls at once any more. */
const LATE = 1_000
/** Until the app has noticed that the store has gone. */
const NOTICED = 300

const OUTCOMES = {
  served: 'was served',
  error: 'got an error at once',
  'late error': 'got an error after seconds of waiting',
  'no answer': 'waited and got no answer',
  broken: 'lost the connection',
} as const
type Outcome = keyof typeof OUTCOMES

/** The store is killed; what an app and its people get, and whether all is well when it is back. */
export const storeDown: Trial = async (scene) => {
  if (!scene.store) return noStore
  const { server } = scene.store
  if (!server) return notOurs
  const app = await scene.start()
  const people = await signedIn(app.origin, scene.people)
  const somebody = people[0]?.browser ?? new Browser(app.origin)
  let answers: [Probe, Answer][]
  try {
    await server.kill()
    await sleep(NOTICED)
    // All at once, as some wait. Each has a copy of the cookies, as a lost connection is that of one request.
    answers = await Promise.all(
      PROBE_NAMES.map(async (name): Promise<[Probe, Answer]> => [name, await PROBES[name](somebody.copy(), PATIENCE)]),
    )
  } finally {
    await server.startAgain()
  }
  const { ms, there, appRuns } = await afterwards(scene, app, people)
  const outcomes = Object.fromEntries(answers.map(([name, answer]) => [name, outcomeOf(answer)])) as Record<
    Probe,
    Outcome
  >
  const told = Object.fromEntries(PROBE_NAMES.map((name) => [name, OUTCOMES[outcomes[name]]])) as Record<Probe, string>
  const facts = {
    people: people.length,
    patienceMs: PATIENCE,
    ...Object.fromEntries(
      answers.flatMap(([name, { ms }]) => [
        [name, outcomes[name]],
        [`${name}Ms`, Math.round(ms)],
      ]),
    ),
    appRuns,
    recovered: ms !== undefined,
    ...(ms !== undefined && { recoveryMs: Math.round(ms) }),
    signedInAfterwards: there,
  }
  const who = inWords(there, people.length).toLowerCase()
  const restart = `the app ${appRuns ? 'had to be restarted' : 'had ended'}`
  const back = ms === undefined ? restart : 'the app went on by itself'
  const visitors = `visitors without one ${told.visitor.replace('was', 'were')}`
  const end = `When the store was back, ${back}, and ${who} ${who === 'some' ? 'were' : 'was'} still signed in.`
  return { verdict: verdictOf(outcomes), happened: `${withSession(told)}; ${visitors}. ${end}`, facts }
}

function outcomeOf({ status, ms, late }: Answer): Outcome {
  if (status === 0) return late ? 'no answer' : 'broken'
  if (status === 200) return 'served'
  return ms > LATE ? 'late error' : 'error'
}

/** Nobody with a session gets anything: that is an outage, however well it ends. */
function verdictOf({ untouched, read, write }: Record<Probe, Outcome>): Finding['verdict'] {
  const served = [untouched, read, write].filter((outcome) => outcome === 'served').length
  if (served === 0) return 'bad'
  return served === 3 ? 'good' : 'mixed'
}
