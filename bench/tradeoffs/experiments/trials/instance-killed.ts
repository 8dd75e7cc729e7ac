import { isKnown, type Person, signedIn } from '../actors/people.js'
import type { Finding, Trial } from '../finding.js'
import { inWords } from '../words.js'

const INSTANCES = 3

/** One of three instances is killed. Everybody asks as often as there are instances, so that each is asked. */
export const instanceKilled: Trial = async (scene) => {
  const apps = await Promise.all(Array.from({ length: INSTANCES }, () => scene.start()))
  const balancer = await scene.balancer(apps)
  const people = await signedIn(balancer.origin, scene.people)
  const before = await countKnown(people)
  await apps[0]?.kill()
  const after = await countKnown(people)
  const written = await Promise.all(people.map(({ browser }) => browser.post('/write?name=color&value=red')))
  await Promise.all(apps.map((app) => app.stop()))
  await balancer.close()
  return tell({
    people: people.length,
    alwaysKnownBefore: before.always,
    alwaysKnownAfter: after.always,
    neverKnownAfter: after.never,
    failedWrites: written.filter(({ status }) => status !== 200).length,
  })
}

async function countKnown(people: readonly Person[]): Promise<{ always: number; never: number }> {
  let [always, never] = [0, 0]
  for (const one of people) {
    const answers = []
    for (let turn = 0; turn < INSTANCES; turn++) answers.push(await isKnown(one))
    if (answers.every((known) => known)) always++
    if (!answers.some((known) => known)) never++
  }
  return { always, never }
}

export interface Facts {
  readonly people: number
  /** Whom each instance knew. */
  readonly alwaysKnownBefore: number
  readonly alwaysKnownAfter: number
  /** Whom no instance knew any more. */
  readonly neverKnownAfter: number
  readonly failedWrites: number
}

export function tell(facts: Facts): Finding {
  const { people, alwaysKnownBefore, alwaysKnownAfter, neverKnownAfter, failedWrites } = facts
  const lost = neverKnownAfter > 0 ? 'those of the killed one were signed out' : 'nobody was signed out altogether'
  const happened =
    alwaysKnownBefore < people
      ? `Even before, people were known to the instance at which they had signed in, and to no other; ${lost}.`
      : `${inWords(alwaysKnownAfter, people)} stayed signed in, and ${failedWrites === 0 ? 'no request' : 'some requests'} failed.`
  return { verdict: verdictOf(facts), happened, facts: { ...facts } }
}

function verdictOf({ people, alwaysKnownAfter, failedWrites }: Facts): Finding['verdict'] {
  if (alwaysKnownAfter < people) return 'bad'
  return failedWrites === 0 ? 'good' : 'mixed'
}
