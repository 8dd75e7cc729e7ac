import type { AppProcess } from '../actors/app-process.js'
import type { Balancer } from '../actors/balancer.js'
import { isKnown, type Person, signedIn } from '../actors/people.js'
import type { Finding, Trial } from '../finding.js'
import type { Scene } from '../scene.js'
import { capital } from '../words.js'

const OLD = 'old-Jq8nXw0PzLr5TtY1uBk7HcGe2MsDf9'
const NEW = 'new-Rm4vKd6SaQy3WbZ8oNj5XtEi1UpCg7'
const FIRST = [OLD, NEW]
const LAST = [NEW, OLD]
const INSTANCES = 2

/**
 * All instances get a new key, one after the other, while people work. In one deploy, the new key is first in the list
 * at once, and the old one second. In two, the first puts the new key last, so that all know it before one uses it.
 */
export const rollingDeploy: Trial = async (scene) => {
  const [inOne, inTwo] = await Promise.all([deploys(scene, [LAST]), deploys(scene, [FIRST, LAST])])
  return tell({
    people: scene.people,
    readersLostInOne: inOne.readers,
    writersLostInOne: inOne.writers,
    newcomersLostInOne: inOne.newcomers,
    readersLostInTwo: inTwo.readers,
    writersLostInTwo: inTwo.writers,
    newcomersLostInTwo: inTwo.newcomers,
  })
}

interface Lost {
  /** Who had signed in before, and only read. */
  readonly readers: number
  /** Who had signed in before, and changed the session. */
  readonly writers: number
  /** Who signed in during a deploy. */
  readonly newcomers: number
}

async function deploys(scene: Scene, steps: readonly (readonly string[])[]): Promise<Lost> {
  const apps = await instances(scene, [OLD])
  const balancer = await scene.balancer(apps)
  const all = await signedIn(balancer.origin, scene.people)
  const half = Math.ceil(all.length / 2)
  const groups = { readers: all.slice(0, half), writers: all.slice(half), newcomers: [] as Person[] }
  const lost = new Set<Person>()
  await work(groups, lost)
  for (const keys of steps) {
    for (const fresh of await instances(scene, keys)) {
      await replace(apps, fresh, balancer)
      groups.newcomers.push(...(await signedIn(balancer.origin, INSTANCES)))
      await work(groups, lost)
    }
  }
  await Promise.all(apps.map((app) => app.stop()))
  await balancer.close()
  const lostOf = (group: readonly Person[]) => group.filter((one) => lost.has(one)).length
  return { readers: lostOf(groups.readers), writers: lostOf(groups.writers), newcomers: lostOf(groups.newcomers) }
}

function instances(scene: Scene, keys: readonly string[]): Promise<AppProcess[]> {
  return Promise.all(Array.from({ length: INSTANCES }, () => scene.start({ keys })))
}

/** The oldest goes when the new one is there, and no request is sent to it any more. */
async function replace(apps: AppProcess[], fresh: AppProcess, balancer: Balancer): Promise<void> {
  const oldest = apps.shift()
  apps.push(fresh)
  balancer.use(apps.map(({ origin }) => origin))
  await oldest?.stop()
}

let changes = 0

/** Everybody asks each instance, and writers also write at each: an odd number of requests takes turns with them. */
async function work(groups: Record<keyof Lost, readonly Person[]>, lost: Set<Person>): Promise<void> {
  for (const [name, group] of Object.entries(groups)) {
    for (const one of group) {
      for (let turn = 0; turn < INSTANCES; turn++) {
        if (name === 'writers') await one.browser.post(`/write?name=change&value=${changes++}`)
        for (let count = 0; count < INSTANCES; count++) if (!(await isKnown(one))) lost.add(one)
      }
    }
  }
}

export interface Facts {
  /** Half of them read, half of them write, and others come. */
  readonly people: number
  readonly readersLostInOne: number
  readonly writersLostInOne: number
  readonly newcomersLostInOne: number
  readonly readersLostInTwo: number
  readonly writersLostInTwo: number
  readonly newcomersLostInTwo: number
}

export function tell(facts: Facts): Finding {
  const one = who(facts.readersLostInOne, facts.writersLostInOne + facts.newcomersLostInOne)
  const two = who(facts.readersLostInTwo, facts.writersLostInTwo + facts.newcomersLostInTwo)
  const happened =
    one === two
      ? `${capital(one)}, whether the new key came first at once or was known everywhere before.`
      : `With the new key first at once, ${one}; in two deploys, of which the first only adds it, ${two}.`
  return { verdict: verdictOf(one, two), happened, facts: { ...facts } }
}

const NOBODY = 'nobody was signed out'

function who(readers: number, others: number): string {
  if (readers > 0) return 'people were signed out'
  return others > 0 ? 'those were signed out who changed the session or signed in meanwhile' : NOBODY
}

/** Whoever puts the new key first at once, as seems natural, must know better to get the good result. */
function verdictOf(one: string, two: string): Finding['verdict'] {
  if (two !== NOBODY) return 'bad'
  return one === NOBODY ? 'good' : 'mixed'
}
