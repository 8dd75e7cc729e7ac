import { median } from '../../../measure/statistics.js'
import type { Answer } from '../actors/browser.js'
import { type Person, sessionIn, signedIn } from '../actors/people.js'
import type { Finding, Trial } from '../finding.js'

const REQUESTS = 10
const BYTES = 1024

/** A page asks for ten things at once: first all only read the session, then each counts in a field of its own. */
export const pageOfTen: Trial = async (scene) => {
  const app = await scene.shared()
  const pages: Awaited<ReturnType<typeof visit>>[] = []
  for (const one of await signedIn(app.origin, scene.people)) {
    await one.browser.post(`/fill?bytes=${BYTES}`)
    pages.push(await visit(one))
  }
  const middle = (figure: keyof Awaited<ReturnType<typeof visit>>) =>
    Math.round(median(pages.map((page) => page[figure])))
  return tell({
    requests: REQUESTS,
    sessionBytes: BYTES,
    readsKnown: Math.min(...pages.map(({ known }) => known)),
    readMs: middle('readMs'),
    readCookieBytes: middle('readCookieBytes'),
    mostChangesKept: Math.max(...pages.map(({ kept }) => kept)),
    fewestChangesKept: Math.min(...pages.map(({ kept }) => kept)),
    writeMs: middle('writeMs'),
    writeCookieBytes: middle('writeCookieBytes'),
  })
}

async function visit({ user, browser }: Person) {
  const reading = await atOnce(() => browser.get('/user'))
  const writing = await atOnce((number) => browser.post(`/count?name=field${number}`))
  if (writing.answers.some(({ status }) => status !== 200)) throw new Error('a change was refused')
  const session = sessionIn(await browser.get('/read'))
  return {
    known: reading.answers.filter(({ body }) => body === user).length,
    readMs: reading.ms,
    readCookieBytes: cookieBytes(reading.answers),
    kept: Object.keys(session).filter((name) => name.startsWith('field')).length,
    writeMs: writing.ms,
    writeCookieBytes: cookieBytes(writing.answers),
  }
}

async function atOnce(ask: (number: number) => Promise<Answer>): Promise<{ answers: Answer[]; ms: number }> {
  const begin = performance.now()
  const answers = await Promise.all(Array.from({ length: REQUESTS }, (_, number) => ask(number)))
  return { answers, ms: performance.now() - begin }
}

/** What the session adds to the page, in both directions. */
function cookieBytes(answers: readonly Answer[]): number {
  return answers.reduce((sum, { cookiesUp, cookiesDown }) => sum + cookiesUp + cookiesDown, 0)
}

export interface Facts {
  readonly requests: number
  readonly sessionBytes: number
  /** Of the page with the fewest. */
  readonly readsKnown: number
  readonly readMs: number
  readonly readCookieBytes: number
  readonly mostChangesKept: number
  readonly fewestChangesKept: number
  readonly writeMs: number
  readonly writeCookieBytes: number
}

export function tell(facts: Facts): Finding {
  const { requests, readsKnown, fewestChangesKept } = facts
  if (readsKnown < requests) return { verdict: 'bad', happened: 'Not all requests knew the user.', facts: { ...facts } }
  return fewestChangesKept === requests
    ? { verdict: 'good', happened: 'All requests knew the user, and all changes were kept.', facts: { ...facts } }
    : {
        verdict: 'mixed',
        happened: 'All requests knew the user. Where each changed the session, changes were lost without an error.',
        facts: { ...facts },
      }
}
