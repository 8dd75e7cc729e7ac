import type { Answer } from '../../measure/browser.js'
import type { Child } from '../../measure/process.js'
import { median } from '../../measure/samples.js'
import type { Everywhere, Settings } from './app.js'
import { isKnown, known, type Person, person, sessionIn, signedIn, signIn } from './people.js'
import { control, finding, notProxied, stop, type Trial } from './scene.js'

/** Two requests read the session, and only then each changes a field of its own. */
export const parallelWrites: Trial = async (scene) => {
  const app = await scene.shared()
  const kept: number[] = []
  for (const { browser } of await signedIn(app.origin, scene.people)) {
    const writes = ['one', 'two'].map((name) => browser.post(`/write?name=${name}&value=kept&hold`))
    await control(app, 'arrived?count=2')
    await control(app, 'release')
    const answers = await Promise.all(writes)
    if (answers.some(({ status }) => status !== 200)) throw new Error('a write was refused')
    const { one, two } = sessionIn(await browser.get('/read'))
    kept.push([one, two].filter((value) => value === 'kept').length)
  }
  const pairs = (count: number) => kept.filter((of) => of === count).length
  const facts = { pairs: kept.length, bothKept: pairs(2), oneKept: pairs(1), noneKept: pairs(0) }
  if (facts.bothKept === facts.pairs) return finding(facts, 'good', 'Both changes were kept.')
  if (facts.noneKept > 0) return finding(facts, 'bad', 'Both changes could be lost, without an error.')
  const happened = 'Both were answered as if all was well, and one of the two changes was lost: the last write won.'
  return finding(facts, 'mixed', happened)
}

const WRITE = ({ browser }: Person) => browser.post('/write?name=late&value=yes&hold')
const READ = ({ browser }: Person) => browser.get('/read?hold')

/** A request that began before the user logged out is answered after it, and has changed the session. */
export const lateResponse: Trial = async (scene) => {
  const inTime = async (app: Child, logOut: string, slow: typeof WRITE) =>
    backAfter(app, await signedIn(app.origin, scene.people), logOut, slow)
  const otherwise = async (settings: Omit<Settings, 'backend'>) => {
    const other = await scene.start(settings)
    const { signedIn } = await inTime(other, '/log-out', WRITE)
    await stop(other)
    return signedIn
  }
  const app = await scene.shared()
  const byWrite = await inTime(app, '/log-out', WRITE)
  const byRead = await inTime(app, '/log-out', READ)
  const destroyed = await inTime(app, '/destroy', WRITE)
  const withoutGuard = scene.backend === 'sealed-session' ? await otherwise({ logoutGuard: false }) : undefined
  const withoutMaxAge = scene.isExpressSession ? await otherwise({ withoutMaxAge: true }) : undefined
  const facts = {
    people: scene.people,
    signedInAgain: byWrite.signedIn,
    signedInAgainByReading: byRead.signedIn,
    // Where the app only called `destroy()`, or what is like it.
    signedInAgainAfterDestroy: destroyed.signedIn,
    copiesRevived: byWrite.revived,
    copiesRevivedByReading: byRead.revived,
    ...(withoutGuard !== undefined && { withoutGuard }),
    ...(withoutMaxAge !== undefined && { withoutMaxAge }),
  }
  const read = byRead.revived > 0 ? ', even after only reading it' : ''
  const store = byWrite.revived > 0 ? `put the ended session back into the store${read}` : ''
  if (byWrite.signedIn > 0) {
    const did = [store, 'gave the browser its cookie again'].filter((part) => part !== '').join(' and ')
    const other = withoutMaxAge === 0 ? ' Where the cookie has no `maxAge`, nobody was.' : ''
    const who = byWrite.signedIn === scene.people ? 'everyone was' : 'some were'
    return finding(facts, 'bad', `The late response ${did}: ${who} signed in again.${other}`)
  }
  const after = destroyed.signedIn > 0 ? '; after `destroy()` alone, people were signed in again' : ''
  if (store) return finding(facts, 'mixed', `The late response ${store}, where a copy of the cookie finds it${after}.`)
  const unguarded = withoutGuard ? '; with `logoutGuard: false`, people were signed in again' : ''
  return finding(facts, 'good', `Everyone stayed signed out${after}${unguarded}.`)
}

/** How many were signed in again, and how many sessions that had ended for a copy of their cookies had not any more. */
async function backAfter(app: Child, people: readonly Person[], logOut: string, slow: typeof WRITE) {
  let [signedIn, revived] = [0, 0]
  for (const one of people) {
    const copy = { user: one.user, browser: one.browser.copy() }
    const answer = slow(one)
    await control(app, 'arrived?count=1')
    await one.browser.post(logOut)
    const endedForCopy = !(await isKnown(copy))
    await control(app, 'release')
    await answer
    if (await isKnown(one)) signedIn++
    if (endedForCopy && (await isKnown(copy))) revived++
  }
  return { signedIn, revived }
}

/** Somebody has copied the cookies; then their owner logs out. */
export const stolenCookie: Trial = async (scene) => {
  const copiesWorking = async (app: Child) => {
    const people = await signedIn(app.origin, scene.people)
    const copies = people.map(({ user, browser }) => ({ user, browser: browser.copy() }))
    for (const { browser } of people) {
      const { status } = await browser.post('/log-out')
      if (status !== 200) throw new Error(`logging out is answered with ${status}`)
    }
    if ((await known(people)).length > 0) throw new Error('logging out does not work')
    return (await known(copies)).length
  }
  const working = await copiesWorking(await scene.shared())
  const facts: Record<string, number> = { people: scene.people, working }
  if (scene.backend === 'sealed-session') {
    const app = await scene.start({ validate: true })
    facts['workingWithValidate'] = await copiesWorking(app)
    await stop(app)
  }
  if (working === 0) return finding(facts, 'good', 'The copy was worthless.')
  const validated = facts['workingWithValidate'] === 0 ? ' With `validate`, it was refused.' : ''
  return finding(facts, 'bad', `The copy still opened the session.${validated}`)
}

const DEVICES = 3

const HOW: Readonly<Record<Everywhere['by'], string>> = {
  list: ', but the app had to read the sessions of everybody to find them',
  query: ' by one query, which looks into the sessions of everybody unless the app adds an index',
  validate: ', as `validate` asks the app about the session in every request',
  ids: ': the store cannot find the sessions of a user, so the app has to keep a list of them',
  nothing: ': the package has nothing that ends a session in another browser',
}

/** Somebody with three devices ends all sessions from one of them, while others are signed in. */
export const logOutEverywhere: Trial = async (scene) => {
  // By default, ours has nothing to do this with; whoever wants it follows the README.
  const app = scene.backend === 'sealed-session' ? await scene.start({ validate: true }) : await scene.shared()
  const asked = async () => Number(await (await fetch(`${app.origin}/control/asked`)).text())
  const others = await signedIn(app.origin, scene.people)
  const { user } = person(app.origin)
  const devices = Array.from({ length: DEVICES }, () => ({ ...person(app.origin), user }))
  for (const device of devices) await signIn(device)
  const { status, body } = await (devices[0] as Person).browser.post('/log-out-everywhere')
  if (status !== 200) throw new Error(`it is answered with ${status} ${body}`)
  const { by, read }: Everywhere = JSON.parse(body)
  const before = await asked()
  const stillSignedIn = (await known(devices)).length
  // Who had nothing to do with it.
  const othersSignedOut = others.length - (await known(others)).length
  // What every request costs in exchange.
  const lookupsPerRequest = ((await asked()) - before) / (devices.length + others.length)
  const facts = { by, devices: DEVICES, stillSignedIn, othersSignedOut, sessionsRead: read, lookupsPerRequest }
  if (othersSignedOut > 0) return finding(facts, 'bad', 'Others were signed out, too.')
  if (stillSignedIn > 0) return finding(facts, 'bad', `Devices stayed signed in${HOW[by]}.`)
  // A list costs more with every user of the app, and `validate` something in every request.
  return finding(facts, by === 'query' ? 'good' : 'mixed', `All devices were signed out${HOW[by]}.`)
}

/** The session of somebody who is signed in grows to so many bytes of JSON. */
export const largeSession =
  (bytes: number): Trial =>
  async (scene) => {
    const somebody = person((await scene.shared()).origin)
    await signIn(somebody)
    const { status, body, cookiesDown, cookiesIgnored } = await somebody.browser.post(`/fill?bytes=${bytes}`)
    const session = sessionIn(await somebody.browser.get('/read'))
    // Of the error that reached the app.
    const code = status === 200 || status === 0 ? {} : { code: String(JSON.parse(body).code) }
    const stillSignedIn = await isKnown(somebody)
    const kept = JSON.stringify(session).length === bytes
    const facts = { bytes, status, ...code, cookieBytes: cookiesDown, cookiesIgnored, kept, stillSignedIn }
    if (kept) return finding(facts, 'good', 'It was kept.')
    const rest = stillSignedIn ? 'the session stayed as it was before' : 'the user was signed out'
    const dropped = cookiesIgnored > 0 ? ', but the browser dropped the cookie' : ''
    if (status === 200) {
      return finding(facts, 'bad', `The app heard of no error${dropped}: the change was lost, and ${rest}.`)
    }
    const got = `The app got the error ${code.code ?? 'of a lost connection'} to answer with`
    return finding(facts, stillSignedIn ? 'mixed' : 'bad', `${got}: the change was refused, and ${rest}.`)
  }

const LARGE = 2560

/** One short field of a session of 2.5 KB changes. What the request moves is counted on the wire. */
export const oneField: Trial = async (scene) => {
  const led = scene.store && (await scene.proxy(scene.store.url))
  if (scene.store && !led) return notProxied
  const app = led ? await scene.start({ url: led.url }) : await scene.shared()
  const store = () => [led?.proxy.bytesUp ?? 0, led?.proxy.bytesDown ?? 0] as const
  const requests: Record<'bytesUp' | 'bytesDown' | 'cookiesUp' | 'cookiesDown' | 'storeUp' | 'storeDown', number>[] = []
  let kept = true
  for (const { browser } of await signedIn(app.origin, scene.people)) {
    await browser.post('/write?name=color&value=blue')
    await browser.post(`/fill?bytes=${LARGE}`)
    const [upBefore, downBefore] = store()
    const { bytesUp, bytesDown, cookiesUp, cookiesDown } = await browser.post('/write?name=color&value=rose')
    const [up, down] = store()
    const between = { storeUp: up - upBefore, storeDown: down - downBefore }
    requests.push({ bytesUp, bytesDown, cookiesUp, cookiesDown, ...between })
    kept &&= sessionIn(await browser.get('/read'))['color'] === 'rose'
  }
  const facts = { ...medians(requests), kept }
  if (!kept) return finding(facts, 'bad', 'The change was lost.')
  const cookie =
    facts.cookiesUp > LARGE && facts.cookiesDown > LARGE
      ? 'The whole session went from the browser to the app and back in the cookie'
      : 'Between browser and app went a short cookie'
  const stored = facts.storeUp > LARGE && facts.storeDown > LARGE
  const between = stored ? ', and the whole session between app and store, once in each direction' : ''
  return finding(facts, 'good', `${cookie}${between}.`)
}

const REQUESTS = 10
const PAGE_SESSION = 1024

/** A page asks for ten things at once: first all only read the session, then each counts in a field of its own. */
export const pageOfTen: Trial = async (scene) => {
  const app = await scene.shared()
  const pages: Record<'known' | 'readMs' | 'readCookieBytes' | 'kept' | 'writeMs' | 'writeCookieBytes', number>[] = []
  for (const { user, browser } of await signedIn(app.origin, scene.people)) {
    await browser.post(`/fill?bytes=${PAGE_SESSION}`)
    const reading = await atOnce(() => browser.get('/user'))
    const writing = await atOnce((number) => browser.post(`/count?name=field${number}`))
    if (writing.answers.some(({ status }) => status !== 200)) throw new Error('a change was refused')
    const session = sessionIn(await browser.get('/read'))
    pages.push({
      known: reading.answers.filter(({ body }) => body === user).length,
      readMs: reading.ms,
      readCookieBytes: reading.cookieBytes,
      kept: Object.keys(session).filter((name) => name.startsWith('field')).length,
      writeMs: writing.ms,
      writeCookieBytes: writing.cookieBytes,
    })
  }
  const middle = medians(pages)
  const kept = pages.map((page) => page.kept)
  const facts = {
    requests: REQUESTS,
    sessionBytes: PAGE_SESSION,
    readsKnown: Math.min(...pages.map(({ known }) => known)),
    readMs: Math.round(middle.readMs),
    readCookieBytes: Math.round(middle.readCookieBytes),
    mostChangesKept: Math.max(...kept),
    fewestChangesKept: Math.min(...kept),
    writeMs: Math.round(middle.writeMs),
    writeCookieBytes: Math.round(middle.writeCookieBytes),
  }
  if (facts.readsKnown < REQUESTS) return finding(facts, 'bad', 'Not all requests knew the user.')
  return facts.fewestChangesKept === REQUESTS
    ? finding(facts, 'good', 'All requests knew the user, and all changes were kept.')
    : finding(
        facts,
        'mixed',
        'All requests knew the user. Where each changed the session, changes were lost without an error.',
      )
}

async function atOnce(ask: (number: number) => Promise<Answer>) {
  const begin = performance.now()
  const answers = await Promise.all(Array.from({ length: REQUESTS }, (_, number) => ask(number)))
  const ms = performance.now() - begin
  // What the session adds to the page, in both directions.
  const cookieBytes = answers.reduce((sum, { cookiesUp, cookiesDown }) => sum + cookiesUp + cookiesDown, 0)
  return { answers, ms, cookieBytes }
}

function medians<Figures extends Record<string, number>>(all: readonly Figures[]): Figures {
  const names = Object.keys(all[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, median(all.map((one) => one[name] ?? 0))])) as Figures
}
