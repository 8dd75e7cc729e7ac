import { randomBytes, randomInt } from 'node:crypto'
import { ask, COOKIE, COUNT, NOBODY, READ, type Tally } from './browser.js'

/** What a Cookie header may hold, so that Node lets its head in: 16 KB, without the other headers. */
const HEADER = 16 * 1024 - 512
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'

/** Headers by kind, made of a cookie that is good. */
const ATTACKS: Readonly<Record<string, (token: string) => string>> = {
  'one letter changed': (token) => `${COOKIE}=${altered(token)}`,
  'four of which each is changed': (token) =>
    Array.from({ length: 4 }, () => `${COOKIE}=${altered(token)}`)
      .join('; ')
      .slice(0, HEADER),
  'its header before random bytes': (token) => `${COOKIE}=${underItsHeader(token)}`,
  'cut off': (token) => `${COOKIE}=${token.slice(0, randomInt(token.length))}`,
  'under the name of the log-out guard': (token) => `${COOKIE}.ended=${token}`,
  'under the name of the companion': (token) => `${COOKIE}.seen=${token}`,
  'random letters': () => `${COOKIE}=${random(randomInt(1, 5000))}`,
  'one value of 16 KB': () => `${COOKIE}=${random(HEADER - COOKIE.length - 1)}`,
  '500 of the name': () => Array.from({ length: 500 }, () => `${COOKIE}=${random(4)}`).join('; '),
}

/**
 * A request with a cookie that nobody may get in with.
 *
 * @param token a good one, of somebody else
 * @param old one whose key has been taken away, if there is any yet
 */
export async function attack(origin: string, token: string, old: string | undefined, tally: Tally): Promise<void> {
  const kinds = Object.keys(ATTACKS)
  const kind = old !== undefined && Math.random() < 0.1 ? undefined : (kinds[randomInt(kinds.length)] as string)
  const cookie = kind === undefined ? `${COOKIE}=${old}` : (ATTACKS[kind]?.(token) ?? '')
  const deed = Math.random() < 0.5 ? READ : COUNT
  const answer = await ask(origin + deed.path, cookie)
  if (answer.status === 0) return tally.count('not answered')
  const name = `hostile, ${kind ?? 'under a key that was taken away'}`
  tally.count(name)
  const expected = JSON.stringify(deed.comesTo(NOBODY))
  if (answer.status !== 200 || (answer.body !== undefined && answer.body !== expected)) {
    tally.complain(`${name}: answered ${answer.status}, and ${answer.body === expected ? 'nobody' : 'not nobody'}`)
  }
}

function altered(token: string): string {
  const at = randomInt(token.length)
  const others = LETTERS.replace(token[at] as string, '')
  return token.slice(0, at) + others[randomInt(others.length)] + token.slice(at + 1)
}

function underItsHeader(token: string): string {
  const [header, , , text = ''] = token.split('.')
  const bytes = (length: number) => randomBytes(length).toString('base64url')
  return `${header}..${bytes(12)}.${bytes(Math.floor((text.length * 3) / 4))}.${bytes(16)}`
}

function random(length: number): string {
  return randomBytes(length).reduce((text, byte) => text + LETTERS[byte % LETTERS.length], '')
}
