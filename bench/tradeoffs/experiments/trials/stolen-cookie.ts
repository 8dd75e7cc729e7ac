import type { AppProcess } from '../actors/app-process.js'
import { known, signedIn } from '../actors/people.js'
import type { Finding, Trial } from '../finding.js'
import type { Scene } from '../scene.js'

/** Somebody has copied the cookies; then their owner logs out. */
export const stolenCookie: Trial = async (scene) => {
  const working = await stillWorking(scene, await scene.shared())
  return tell({
    people: scene.people,
    working,
    ...(scene.backend.name === 'sealed-session' && { workingWithValidate: await validated() }),
  })

  async function validated(): Promise<number> {
    const app = await scene.start({ validate: true })
    const count = await stillWorking(scene, app)
    await app.stop()
    return count
  }
}

async function stillWorking(scene: Scene, app: AppProcess): Promise<number> {
  const people = await signedIn(app.origin, scene.people)
  const copies = people.map(({ user, browser }) => ({ user, browser: browser.copy() }))
  for (const { browser } of people) {
    const { status } = await browser.post('/log-out')
    if (status !== 200) throw new Error(`logging out is answered with ${status}`)
  }
  if ((await known(people)).length > 0) throw new Error('logging out does not work')
  return (await known(copies)).length
}

export interface Facts {
  readonly people: number
  /** Copies that still opened the session. */
  readonly working: number
  readonly workingWithValidate?: number
}

export function tell(facts: Facts): Finding {
  const { working, workingWithValidate } = facts
  const validated = workingWithValidate === 0 ? ' With `validate`, it was refused.' : ''
  return working === 0
    ? { verdict: 'good', happened: 'The copy was worthless.', facts: { ...facts } }
    : { verdict: 'bad', happened: `The copy still opened the session.${validated}`, facts: { ...facts } }
}
