import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, Browser } from '../../measure/browser.js'
import type { Child } from '../../measure/process.js'
import { median } from '../../measure/samples.js'
import type { Balancer } from './balancer.js'
import { at, isKnown, known, type Person, person, signedIn, signIn } from './people.js'
import { finding, inWords, noStore, notOurs, notProxied, recovery, type Scene, stop, type Trial } from './scene.js'

/** The app is stopped as a deployment does, and started again with the same settings. */
export const appRestart: Trial = async (scene) => {
  const before = await scene.start()
  const people = await signedIn(before.origin, scene.people)
  await stop(before)
  const after = await scene.start()
  const stillSignedIn = (await known(at(after.origin, people))).length
  await stop(after)
  const facts = { people: people.length, stillSignedIn }
  const verdict = stillSignedIn === people.length ? 'good' : 'bad'
  return finding(facts, verdict, `${inWords(stillSignedIn, people.length)} stayed signed in.`)
}

const BEHIND_PROXY = 3

/** One of three instances is killed. Everybody asks as often as there are instances, so that each is asked. */
export const instanceKilled: Trial = async (scene) => {
  const apps = await Promise.all(Array.from({ length: BEHIND_PROXY }, () => scene.start()))
  const balancer = await scene.balancer(apps)
  const people = await signedIn(balancer.origin, scene.people)
  // Whom each instance knows, and whom none.
  const count = async () => {
    let [always, never] = [0, 0]
    for (const one of people) {
      const answers: boolean[] = []
      while (answers.length < BEHIND_PROXY) answers.push(await isKnown(one))
      if (answers.every((known) => known)) always++
      if (!answers.some((known) => known)) never++
    }
    return { always, never }
  }
  const before = await count()
  await apps[0]?.stop('SIGKILL')
  const after = await count()
  const written = await Promise.all(people.map(({ browser }) => browser.post('/write?name=color&value=red')))
  await Promise.all(apps.map(stop))
  await balancer.close()
  const facts = {
    people: people.length,
    alwaysKnownBefore: before.always,
    alwaysKnownAfter: after.always,
    neverKnownAfter: after.never,
    failedWrites: written.filter(({ status }) => status !== 200).length,
  }
  const verdict = after.always < people.length ? 'bad' : facts.failedWrites === 0 ? 'good' : 'mixed'
  const lost = after.never > 0 ? 'those of the killed one were signed out' : 'nobody was signed out altogether'
  const failed = facts.failedWrites === 0 ? 'no request' : 'some requests'
  const happened =
    before.always < people.length
      ? `Even before, people were known to the instance at which they had signed in, and to no other; ${lost}.`
      : `${inWords(after.always, people.length)} stayed signed in, and ${failed} failed.`
  return finding(facts, verdict, happened)
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
  const [one, two] = [inOne, inTwo].map(({ readers, writers, newcomers }) => {
    if (readers > 0) return 'people were signed out'
    return writers + newcomers > 0 ? 'those were signed out who changed the session or signed in meanwhile' : NOBODY
  }) as [string, string]
  const both = `${one.charAt(0).toUpperCase()}${one.slice(1)}, whether the new key came first at once or was known everywhere before.`
  const each = `With the new key first at once, ${one}; in two deploys, of which the first only adds it, ${two}.`
  // Whoever puts the new key first at once, as seems natural, must know better to get the good result.
  const verdict = two !== NOBODY ? 'bad' : one === NOBODY ? 'good' : 'mixed'
  return finding(facts, verdict, one === two ? both : each)
}

/** Who had signed in before and only read, or changed the session; and who signed in during a deploy. */
type Groups<Of> = Readonly<Record<'readers' | 'writers' | 'newcomers', Of>>

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
  await Promise.all(apps.map(stop))
  await balancer.close()
  const lostOf = (group: readonly Person[]) => group.filter((one) => lost.has(one)).length
  return { readers: lostOf(groups.readers), writers: lostOf(groups.writers), newcomers: lostOf(groups.newcomers) }
}

/** The oldest goes when the new one is there, and no request is sent to it any more. */
async function replace(apps: Child[], fresh: Child, balancer: Balancer): Promise<void> {
  const oldest = apps.shift()
  apps.push(fresh)
  balancer.upstreams = apps.map(({ origin }) => origin)
  if (oldest) await stop(oldest)
}

let changes = 0

/** Everybody asks each instance, and writers also write at each: an odd number of requests takes turns with them. */
async function work(groups: Groups<readonly Person[]>, lost: Set<Person>): Promise<void> {
  for (const one of Object.values(groups).flat()) {
    for (let turn = 0; turn < DEPLOYED; turn++) {
      if (groups.writers.includes(one)) await one.browser.post(`/write?name=change&value=${changes++}`)
      for (let count = 0; count < DEPLOYED; count++) if (!(await isKnown(one))) lost.add(one)
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
type Probed<Of> = Record<keyof typeof PROBES, Of>

async function probed<Of>(probe: (ask: (typeof PROBES)['read']) => Promise<Of>, atOnce: boolean): Promise<Probed<Of>> {
  const all: [string, Of | Promise<Of>][] = []
  for (const [name, ask] of Object.entries(PROBES)) all.push([name, atOnce ? probe(ask) : await probe(ask)])
  return Object.fromEntries(await Promise.all(all.map(async ([name, of]) => [name, await of]))) as Probed<Of>
}

function mapped<Of, To>(all: Probed<Of>, to: (one: Of, name: keyof typeof PROBES) => To): Probed<To> {
  const entries = Object.entries(all) as [keyof typeof PROBES, Of][]
  return Object.fromEntries(entries.map(([name, one]) => [name, to(one, name)])) as Probed<To>
}

function milliseconds(all: Probed<number>): Record<string, number> {
  return Object.fromEntries(Object.entries(all).map(([name, ms]) => [`${name}Ms`, Math.round(ms)]))
}

/** One sentence where all with a session fared the same. */
function withSession({ untouched, read, write }: Probed<string>): string {
  return untouched === read && read === write
    ? `Every request with a session ${read}, also where the session is not used`
    : `With a session, a page that does not use it ${untouched}, reading ${read}, writing ${write}`
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
  const waits = () =>
    probed(async (ask) => {
      const answers = [await ask(somebody.browser), await ask(somebody.browser)]
      const failed = answers.find(({ status }) => status !== 200)
      if (failed) throw new Error(`with a slow store, the app answers ${failed.status}`)
      return median(answers.map(({ ms }) => ms))
    }, false)
  const fast = await waits()
  led.proxy.delay = DELAY
  const slow = await waits()
  await stop(app)
  const added = mapped(slow, (ms, name) => ms - fast[name])
  const answers = mapped(added, (ms) => Math.max(0, Math.round(ms / DELAY)))
  const told = mapped(
    answers,
    (count) => `waited for the store ${['not at all', 'once', 'twice'][count] ?? `${count} times`}`,
  )
  const visitors = answers.visitor === 0 ? 'visitors without one did not wait' : 'visitors without one waited, too'
  const verdict = Math.max(answers.untouched, answers.read, answers.write) > 0 ? 'mixed' : 'good'
  return finding(milliseconds(added), verdict, `${withSession(told)}; ${visitors}.`)
}

/** The store is stopped and started again, and then killed and started again, with its data as it keeps them by default. */
export const storeRestart: Trial = async (scene) => {
  const server = scene.store?.server
  if (!server) return scene.store ? notOurs : noStore
  const restarted = async (end: 'stop' | 'kill') => {
    const app = await scene.start()
    const people = await signedIn(app.origin, scene.people)
    try {
      await server[end]()
    } finally {
      await server.startAgain()
    }
    return afterwards(scene, app, people)
  }
  // The first is what the system does when it is updated.
  const stopped = await restarted('stop')
  const killed = await restarted('kill')
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
  const isAllThere = killed.there === scene.people && recovered
  return finding(facts, stopped.there < scene.people ? 'bad' : isAllThere ? 'good' : 'mixed', `${sessions}${app}.`)
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

function outcomeOf({ status, ms, late }: Answer): keyof typeof OUTCOMES {
  if (status === 0) return late ? 'no answer' : 'broken'
  if (status === 200) return 'served'
  return ms > LATE ? 'late error' : 'error'
}

/** The store is killed; what an app and its people get, and whether all is well when it is back. */
export const storeDown: Trial = async (scene) => {
  const server = scene.store?.server
  if (!server) return scene.store ? notOurs : noStore
  const app = await scene.start()
  const people = await signedIn(app.origin, scene.people)
  const somebody = people[0]?.browser ?? new Browser(app.origin)
  let answers: Probed<Answer>
  try {
    await server.kill()
    await sleep(NOTICED)
    // All at once, as some wait. Each has a copy of the cookies, as a lost connection is that of one request.
    answers = await probed((ask) => ask(somebody.copy(), PATIENCE), true)
  } finally {
    await server.startAgain()
  }
  const { ms, there, appRuns } = await afterwards(scene, app, people)
  const outcomes = mapped(answers, outcomeOf)
  const told = mapped(outcomes, (outcome) => OUTCOMES[outcome])
  const facts = {
    people: people.length,
    patienceMs: PATIENCE,
    ...outcomes,
    ...milliseconds(mapped(answers, ({ ms }) => ms)),
    appRuns,
    recovered: ms !== undefined,
    ...(ms !== undefined && { recoveryMs: Math.round(ms) }),
    signedInAfterwards: there,
  }
  const who = inWords(there, people.length).toLowerCase()
  const back =
    ms === undefined ? `the app ${appRuns ? 'had to be restarted' : 'had ended'}` : 'the app went on by itself'
  const visitors = `visitors without one ${told.visitor.replace('was', 'were')}`
  const end = `When the store was back, ${back}, and ${who} ${who === 'some' ? 'were' : 'was'} still signed in.`
  // Nobody with a session gets anything: that is an outage, however well it ends.
  const served = [outcomes.untouched, outcomes.read, outcomes.write].filter((outcome) => outcome === 'served').length
  const verdict = served === 0 ? 'bad' : served === 3 ? 'good' : 'mixed'
  return finding(facts, verdict, `${withSession(told)}; ${visitors}. ${end}`)
}
