import { sessionIn, signedIn } from '../actors/people.js'
import type { Finding, Trial } from '../finding.js'

/** Two requests read the session, and only then each changes a field of its own. */
export const parallelWrites: Trial = async (scene) => {
  const app = await scene.shared()
  const people = await signedIn(app.origin, scene.people)
  const kept = []
  for (const { browser } of people) {
    const writes = ['one', 'two'].map((name) => browser.post(`/write?name=${name}&value=kept&hold`))
    await app.arrived(2)
    await app.release()
    const answers = await Promise.all(writes)
    if (answers.some(({ status }) => status !== 200)) throw new Error('a write was refused')
    const { one, two } = sessionIn(await browser.get('/read'))
    kept.push([one, two].filter((value) => value === 'kept').length)
  }
  return tell({
    pairs: kept.length,
    bothKept: kept.filter((count) => count === 2).length,
    oneKept: kept.filter((count) => count === 1).length,
    noneKept: kept.filter((count) => count === 0).length,
  })
}

export function tell(facts: { pairs: number; bothKept: number; oneKept: number; noneKept: number }): Finding {
  const { pairs, bothKept, noneKept } = facts
  if (bothKept === pairs) return { verdict: 'good', happened: 'Both changes were kept.', facts }
  if (noneKept > 0) return { verdict: 'bad', happened: 'Both changes could be lost, without an error.', facts }
  const happened = 'Both were answered as if all was well, and one of the two changes was lost: the last write won.'
  return { verdict: 'mixed', happened, facts }
}
