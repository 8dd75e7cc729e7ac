import type { AppProcess } from '../actors/app-process.js'
import type { Answer } from '../actors/browser.js'
import { known, type Person, person, signedIn, signIn } from '../actors/people.js'
import type { Everywhere } from '../app/everywhere.js'
import type { Finding, Trial } from '../finding.js'

const DEVICES = 3

/** Somebody with three devices ends all sessions from one of them, while others are signed in. */
export const logOutEverywhere: Trial = async (scene) => {
  const isOurs = scene.backend.name === 'sealed-session'
  // By default it has nothing to do this with; whoever wants it follows the README.
  const app = isOurs ? await scene.start({ validate: true }) : await scene.shared()
  const others = await signedIn(app.origin, scene.people)
  const devices = await devicesOf(app)
  const { by, read } = await end(devices)
  const before = await asked(app)
  const there = await known(devices)
  const othersThere = await known(others)
  const lookups = ((await asked(app)) - before) / (devices.length + others.length)
  return tell({
    by,
    devices: DEVICES,
    stillSignedIn: there.length,
    othersSignedOut: others.length - othersThere.length,
    sessionsRead: read,
    lookupsPerRequest: lookups,
  })
}

async function devicesOf(app: AppProcess): Promise<Person[]> {
  const { user } = person(app.origin)
  const devices = Array.from({ length: DEVICES }, () => ({ ...person(app.origin), user }))
  for (const device of devices) await signIn(device)
  return devices
}

async function end(devices: readonly Person[]): Promise<Everywhere> {
  const answer = (await devices[0]?.browser.post('/log-out-everywhere')) as Answer
  if (answer.status !== 200) throw new Error(`it is answered with ${answer.status} ${answer.body}`)
  return JSON.parse(answer.body)
}

async function asked({ origin }: AppProcess): Promise<number> {
  return Number(await (await fetch(`${origin}/control/asked`)).text())
}

export interface Facts {
  readonly by: Everywhere['by']
  readonly devices: number
  readonly stillSignedIn: number
  /** Who had nothing to do with it. */
  readonly othersSignedOut: number
  /** Of everybody, by the app. */
  readonly sessionsRead: number
  /** What every request costs in exchange. */
  readonly lookupsPerRequest: number
}

const HOW: Readonly<Record<Everywhere['by'], string>> = {
  list: ', but the app had to read the sessions of everybody to find them',
  query: ' by one query, which looks into the sessions of everybody unless the app adds an index',
  validate: ', as `validate` asks the app about the session in every request',
  ids: ': the store cannot find the sessions of a user, so the app has to keep a list of them',
  nothing: ': the package has nothing that ends a session in another browser',
}

export function tell(facts: Facts): Finding {
  const { by, stillSignedIn, othersSignedOut } = facts
  if (othersSignedOut > 0) return { verdict: 'bad', happened: 'Others were signed out, too.', facts: { ...facts } }
  if (stillSignedIn > 0) return { verdict: 'bad', happened: `Devices stayed signed in${HOW[by]}.`, facts: { ...facts } }
  // A list costs more with every user of the app, and `validate` something in every request.
  const verdict = by === 'query' ? 'good' : 'mixed'
  return { verdict, happened: `All devices were signed out${HOW[by]}.`, facts: { ...facts } }
}
