import { median } from '../../../measure/statistics.js'
import { Browser } from '../actors/browser.js'
import { person, signIn } from '../actors/people.js'
import { type Finding, noStore, notProxied, type Trial } from '../finding.js'
import { times } from '../words.js'

/** How late the store answers, in milliseconds. */
const DELAY = 200
const TIMES = 2

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
  await app.stop()
  return tell({
    untouchedMs: slow.untouched - fast.untouched,
    readMs: slow.read - fast.read,
    writeMs: slow.write - fast.write,
    visitorMs: slow.visitor - fast.visitor,
  })
}

async function waits(browser: Browser) {
  const visitor = () => new Browser(browser.origin).get('/untouched')
  let written = 0
  return {
    untouched: await wait(() => browser.get('/untouched')),
    read: await wait(() => browser.get('/read')),
    write: await wait(() => browser.post(`/write?name=color&value=${written++}`)),
    visitor: await wait(visitor),
  }
}

async function wait(ask: () => Promise<{ status: number; ms: number }>): Promise<number> {
  const all = []
  for (let count = 0; count < TIMES; count++) {
    const { status, ms } = await ask()
    if (status !== 200) throw new Error(`with a slow store, the app answers ${status}`)
    all.push(ms)
  }
  return median(all)
}

/** Each in milliseconds that the delay has added. */
export interface Facts {
  readonly untouchedMs: number
  readonly readMs: number
  readonly writeMs: number
  readonly visitorMs: number
}

export function tell(facts: Facts): Finding {
  const [untouched, read, write, visitor] = [facts.untouchedMs, facts.readMs, facts.writeMs, facts.visitorMs].map(
    (ms) => Math.max(0, Math.round(ms / DELAY)),
  ) as [number, number, number, number]
  const waiting =
    untouched === read && read === write
      ? `Every request with a session waited for the store ${times(read)}, also where the session is not used`
      : `With a session, a page that does not use it waited for the store ${times(untouched)}, reading ${times(read)}, writing ${times(write)}`
  const visitors = visitor === 0 ? 'visitors without one did not wait' : 'visitors without one waited, too'
  const noticed = Math.max(untouched, read, write) > 0
  const rounded = Object.fromEntries(Object.entries(facts).map(([name, ms]) => [name, Math.round(ms)]))
  return { verdict: noticed ? 'mixed' : 'good', happened: `${waiting}; ${visitors}.`, facts: rounded }
}
