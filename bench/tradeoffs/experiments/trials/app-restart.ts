import { at, known, signedIn } from '../actors/people.js'
import type { Finding, Trial } from '../finding.js'
import { inWords } from '../words.js'

/** The app is stopped as a deployment does, and started again with the same settings. */
export const appRestart: Trial = async (scene) => {
  const before = await scene.start()
  const people = await signedIn(before.origin, scene.people)
  await before.stop()
  const after = await scene.start()
  const there = await known(at(after.origin, people))
  await after.stop()
  return tell({ people: people.length, stillSignedIn: there.length })
}

export function tell(facts: { people: number; stillSignedIn: number }): Finding {
  const { people, stillSignedIn } = facts
  const verdict = stillSignedIn === people ? 'good' : 'bad'
  return { verdict, happened: `${inWords(stillSignedIn, people)} stayed signed in.`, facts }
}
