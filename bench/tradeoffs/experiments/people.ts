import { type Answer, Browser } from '../../measure/browser.js'

/** Somebody with a browser. */
export interface Person {
  readonly user: string
  readonly browser: Browser
}

let people = 0

/** Somebody new, whose name nobody has had before. */
export function person(origin: string): Person {
  return { user: `person-${++people}`, browser: new Browser(origin) }
}

export async function signIn({ user, browser }: Person): Promise<void> {
  const { status, body } = await browser.post(`/sign-in?user=${user}`)
  if (status !== 200) throw new Error(`${user} cannot sign in: ${status} ${body}`)
}

/** So many new people who have signed in. */
export async function signedIn(origin: string, count: number): Promise<Person[]> {
  const group = Array.from({ length: count }, () => person(origin))
  for (const one of group) await signIn(one)
  return group
}

/** Whether the app knows who it is. */
export async function isKnown({ user, browser }: Person): Promise<boolean> {
  return sessionIn(await browser.get('/read'))['user'] === user
}

export async function known(group: readonly Person[]): Promise<Person[]> {
  const answers = await Promise.all(group.map((one) => isKnown(one)))
  return group.filter((_, index) => answers[index])
}

/** The same people, with copies of their cookies, at another address. */
export function at(origin: string, group: readonly Person[]): Person[] {
  return group.map(({ user, browser }) => ({ user, browser: browser.copy(origin) }))
}

/** The session as the app shows it; empty where it shows none. */
export function sessionIn({ status, body }: Answer): Record<string, unknown> {
  return status === 200 ? JSON.parse(body) : {}
}
