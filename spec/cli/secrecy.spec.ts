import { randomBytes } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import session, { KeyRing } from '../../lib/index.js'
import { base64url, remade } from '../support/tokens.js'
import { type Terminal, type } from './terminal.js'

type Any = any

/** Long enough to be found again, and unlike anything else. */
const random = () => randomBytes(32).toString('base64url')

/** A secret in every spelling in which it could leak, whole or in part. */
function spellings(secret: string): string[] {
  const bytes = [Buffer.from(secret), Buffer.from(secret, 'base64url')]
  const encoded = bytes.flatMap((each) => [each.toString('hex'), each.toString('base64'), each.toString('base64url')])
  return [secret, ...encoded].flatMap((each) => [each.slice(0, 16), each.slice(-20, -4)])
}

async function expectSilent(command: string, terminal: Terminal, secrets: readonly string[]): Promise<void> {
  const { stdout, stderr } = await type(command, { now: Date.now() / 1000, ...terminal })
  for (const secret of secrets.flatMap(spellings)) expect(`${command}\n${stdout}${stderr}`).not.toContain(secret)
}

/** Every way to give keys, right and wrong. */
function waysToGive(secret: string): Terminal[] {
  const jwk = { kty: 'oct', k: secret }
  const texts = [
    secret,
    `"${secret}"`,
    `SESSION_KEYS=${secret}`,
    `SESSION_KEY=${secret}`,
    `${secret}\n${secret}`,
    JSON.stringify([secret, secret]),
    JSON.stringify({ keys: [jwk] }),
    JSON.stringify({ keys: [{ ...jwk, exp: 1 }] }),
    JSON.stringify({ keys: [{ ...jwk, kid: `${secret}!` }] }),
    JSON.stringify({
      keys: [
        { ...jwk, alg: secret },
        { ...jwk, exp: secret },
      ],
    }),
    `{"keys":[{"k":"${secret}`,
    secret.slice(0, 31),
  ]
  return texts.flatMap((text) => [
    { env: { SESSION_KEYS: text }, input: text },
    { input: text },
    { files: { k: text, [secret]: text }, input: text },
  ])
}

describe('no secret is printed', () => {
  it('by a command that only looks at keys', async () => {
    const secret = random()
    for (const terminal of waysToGive(secret)) {
      for (const command of ['keys', 'keys --keys-file k', `keys --keys-file ${secret}`]) {
        const { stdout, stderr } = await type(command, terminal)
        for (const spelling of spellings(secret)) expect(stdout + stderr).not.toContain(spelling)
      }
      await expectSilent('inspect', terminal, [secret])
      await expectSilent('inspect --keys-file k', terminal, [secret])
      await expectSilent('inspect --jwk-file k', terminal, [secret])
    }
  })

  it('on stderr by a command that prints keys', async () => {
    const secret = random()
    for (const terminal of waysToGive(secret)) {
      for (const command of ['rotate', 'rotate --json', 'export-keys', 'rotate --keys-file k', 'keygen']) {
        const { stdout, stderr } = await type(command, terminal)
        const printed = [...stdout.matchAll(/[\w-]{43,}/g)].map(([key]) => key)
        for (const spelling of [secret, ...printed].flatMap(spellings)) expect(stderr).not.toContain(spelling)
      }
    }
  })

  it('by export-keys, of the secret that its keys are derived from', async () => {
    const secret = random()
    await expectSilent('export-keys', { env: { SESSION_KEYS: secret } }, [secret])
  })

  it('by a command on whose line it was typed in error', async () => {
    const secret = random()
    for (const command of ['keygen', 'rotate', 'keys', 'inspect', 'export-keys']) {
      for (const words of [
        '%',
        '-%',
        '--%',
        '--keys=%',
        '--name %/',
        '--name __Host-__Host-%/',
        '--at %',
        '--keys-file %',
        '--activate-in %',
        '--jwk-file %',
      ]) {
        const typed = words.replace('%', secret)
        const { stdout, stderr } = await type(`${command} ${typed}`, { input: 'session=a.b.c.d.e' })
        if (command !== 'keygen') expect(stdout).not.toContain(secret)
        expect(stderr).not.toContain(secret)
      }
    }
  })
})

describe('no token and no value of a session is printed', () => {
  it('by inspect, whether it opens or not', async () => {
    const [secret, other, value, nested, key] = [random(), random(), random(), random(), random().slice(0, 20)]
    const sessions = session({ keys: secret })
    const { cookie, value: token, name } = sessions.seal({ user: value, [key]: { list: [nested] } } as object)
    const { sid } = JSON.parse(await opened(token, secret))
    const hidden = [secret, other, value, nested, sid, ...token.split('.').slice(2)].filter((text) => text.length > 20)
    const inputs = [
      cookie,
      token,
      `Cookie: ${cookie}; again=${token}`,
      `Set-Cookie: ${cookie}; Path=/`,
      `${name}=${token.slice(0, -5)}`,
      `${name}=${token.slice(0, 60)}`,
      `${name}=${value}`,
      `${name}=${value}=${nested}`,
      remade(token, ([a, b, c, d]) => [a, b, c, d, random()]),
      remade(token, ([, ...rest]) => [
        base64url(JSON.stringify({ alg: 'dir', sub: value, jwk: { k: secret } })),
        ...rest,
      ]),
      JSON.stringify({ cookie, value }),
    ]
    const files = { k: secret, o: other, j: JSON.stringify({ kty: 'oct', k: base64url(other) }) }
    for (const input of inputs) {
      for (const options of ['', ' --keys-file k', ' --keys-file o', ' --jwk-file j', ' --name other --keys-file k']) {
        const terminal = { input, files }
        await expectSilent(`inspect${options}`, terminal, hidden)
        await expectSilent(`inspect${options} --at 2020-01-01`, terminal, hidden)
      }
    }
  })

  it('by inspect of a token of another library', async () => {
    const [secret, value] = [random(), random()]
    const jwk = { kty: 'oct', k: secret }
    for (const content of [JSON.stringify({ sub: value, exp: value, iat: [value] }), JSON.stringify([value]), value]) {
      const token = await new CompactEncrypt(Buffer.from(content))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', sub: value, epk: { k: value }, exp: value } as Any)
        .encrypt(jwk as Any)
      const terminal = { input: token, files: { j: JSON.stringify(jwk) } }
      expect((await type('inspect --jwk-file j', terminal)).code).toBe(0)
      await expectSilent('inspect --jwk-file j', terminal, [secret, value])
    }
  })

  async function opened(token: string, secret: string): Promise<string> {
    const { compactDecrypt } = await import('jose')
    const [jwk] = KeyRing.from(secret).exportFor('session').keys
    return Buffer.from((await compactDecrypt(token, jwk as Any)).plaintext).toString()
  }
})
