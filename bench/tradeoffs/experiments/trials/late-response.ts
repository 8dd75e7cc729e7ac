import type { AppProcess } from '../actors/app-process.js'
import { isKnown, type Person, signedIn } from '../actors/people.js'
import type { Settings } from '../app/settings.js'
import type { Finding, Trial } from '../finding.js'
import type { Scene } from '../scene.js'

/** A request that began before the user logged out is answered after it, and has changed the session. */
export const lateResponse: Trial = async (scene) => {
  const app = await scene.shared()
  const group = (at: AppProcess) => signedIn(at.origin, scene.people)
  const byWrite = await backAfter(app, await group(app), LOG_OUT, WRITE)
  const byRead = await backAfter(app, await group(app), LOG_OUT, READ)
  const destroyed = await backAfter(app, await group(app), DESTROY, WRITE)
  return tell({
    people: scene.people,
    signedInAgain: byWrite.signedIn,
    signedInAgainByReading: byRead.signedIn,
    signedInAgainAfterDestroy: destroyed.signedIn,
    copiesRevived: byWrite.revived,
    copiesRevivedByReading: byRead.revived,
    ...(scene.backend.name === 'sealed-session' && { withoutGuard: await otherwise({ logoutGuard: false }) }),
    ...(isExpressSession(scene) && { withoutMaxAge: await otherwise({ withoutMaxAge: true }) }),
  })

  async function otherwise(settings: Omit<Settings, 'backend'>): Promise<number> {
    const other = await scene.start(settings)
    const { signedIn } = await backAfter(other, await group(other), LOG_OUT, WRITE)
    await other.stop()
    return signedIn
  }
}

const isExpressSession = ({ backend }: Scene) => backend.packages.includes('express-session')
const LOG_OUT = '/log-out'
const DESTROY = '/destroy'
const WRITE = (one: Person) => one.browser.post('/write?name=late&value=yes&hold')
const READ = (one: Person) => one.browser.get('/read?hold')

/** How many were signed in again, and how many sessions that had ended for a copy of their cookies had not any more. */
async function backAfter(app: AppProcess, people: readonly Person[], logOut: string, slow: typeof WRITE) {
  let [signedIn, revived] = [0, 0]
  for (const one of people) {
    const copy = { user: one.user, browser: one.browser.copy() }
    const answer = slow(one)
    await app.arrived(1)
    await one.browser.post(logOut)
    const endedForCopy = !(await isKnown(copy))
    await app.release()
    await answer
    if (await isKnown(one)) signedIn++
    if (endedForCopy && (await isKnown(copy))) revived++
  }
  return { signedIn, revived }
}

export interface Facts {
  readonly people: number
  readonly signedInAgain: number
  /** By a late response that has only read the session. */
  readonly signedInAgainByReading: number
  /** Where the app only called `destroy()`, or what is like it. */
  readonly signedInAgainAfterDestroy: number
  /** Copies of the cookie that were worthless after the log-out, and no longer after the late response. */
  readonly copiesRevived: number
  readonly copiesRevivedByReading: number
  /** Signed in again with `logoutGuard: false`, which is true by default. */
  readonly withoutGuard?: number
  /** Signed in again where the cookie of express-session has no `maxAge`, as is its default. */
  readonly withoutMaxAge?: number
}

export function tell(facts: Facts): Finding {
  const { signedInAgain, copiesRevived } = facts
  const verdict = signedInAgain > 0 ? 'bad' : copiesRevived > 0 ? 'mixed' : 'good'
  return { verdict, happened: sentence(facts), facts: { ...facts } }
}

function sentence(facts: Facts): string {
  const { people, signedInAgain, copiesRevived, copiesRevivedByReading, withoutGuard, withoutMaxAge } = facts
  const read = copiesRevivedByReading > 0 ? ', even after only reading it' : ''
  const store = copiesRevived > 0 ? `put the ended session back into the store${read}` : ''
  if (signedInAgain > 0) {
    const did = [store, 'gave the browser its cookie again'].filter((part) => part !== '').join(' and ')
    const other = withoutMaxAge === 0 ? ' Where the cookie has no `maxAge`, nobody was.' : ''
    const who = signedInAgain === people ? 'everyone was' : 'some were'
    return `The late response ${did}: ${who} signed in again.${other}`
  }
  const destroyed = facts.signedInAgainAfterDestroy > 0 ? '; after `destroy()` alone, people were signed in again' : ''
  if (store) return `The late response ${store}, where a copy of the cookie finds it${destroyed}.`
  const unguarded = withoutGuard ? '; with `logoutGuard: false`, people were signed in again' : ''
  return `Everyone stayed signed out${destroyed}${unguarded}.`
}
