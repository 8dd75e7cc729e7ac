import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readKeys } from '../../lib/keys/source.js'
import { REPOSITORY, repositoryFiles } from '../package/repository.js'
import { SECRET } from '../support/secrets.js'
import { vectorFiles } from '../vectors/vectors.js'

const refused = { code: 'ERR_SESSION_KEYS', message: expect.stringContaining('is published in documentation') }

/** A key in every form in which it can be given. */
function formsOf(bytes: Buffer): unknown[] {
  const k = bytes.toString('base64url')
  return [{ kty: 'oct', k }, { kty: 'oct', kid: 'mine', k }, k, bytes.toString('base64'), bytes.toString('hex')]
}

function expectRefused(keys: unknown): void {
  expect(() => readKeys(keys), JSON.stringify(keys)).toThrow(expect.objectContaining(refused))
}

describe('a key that is published is refused, in every form:', () => {
  it.each([
    ['of RFC 7515', 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'],
    ['of RFC 7520, for HMAC', 'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg'],
    ['of RFC 7520, for AES', 'AAPapAv4LbFbiVawEjagUBluYqN5rhna-8nuldDvOx8'],
    ['of Fernet', 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4'],
  ])('%s', (_where, k) => {
    for (const form of formsOf(Buffer.from(k, 'base64url'))) expectRefused(form)
  })

  it.each([
    ['of FastAPI', '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'],
    ['of Flask', '192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf'],
    ['that is the SHA-256 of nothing', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['that is the SHA-256 of password', '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8'],
  ])('%s', (_where, hex) => {
    for (const form of formsOf(Buffer.from(hex, 'hex'))) expectRefused(form)
  })

  it('that is the root of the example in spec/format.md, or derived from it', () => {
    const page = readFileSync(join(REPOSITORY, 'spec/format.md'), 'utf8')
    const [, root = ''] = /\n\nRoot secret, .*\n\n {4}(\S{32})\n/.exec(page) ?? []
    const derived = [...page.matchAll(/^ {4}(?:key|seen) = (\S{43})$/gm)].map(([, key = '']) =>
      Buffer.from(key, 'base64url'),
    )
    expect(derived).toHaveLength(3)
    for (const form of [root, ...[Buffer.from(root), ...derived].flatMap(formsOf)]) expectRefused(form)
    expectRefused([SECRET, root])
  })

  it.each(vectorFiles())('that is in spec/vectors/%s.json', (_file, { keys, exports }) => {
    for (const each of eachOf(keys)) expectRefused(each)
    for (const { k } of exports.flatMap((one) => one.keys))
      for (const form of formsOf(Buffer.from(k, 'base64url'))) expectRefused(form)
  })
})

describe('the documentation', () => {
  const pages = repositoryFiles().filter((path) => path.endsWith('.md'))

  it.each(pages)('%s has no text that would be taken for a key', (path) => {
    const page = readFileSync(join(REPOSITORY, path), 'utf8')
    const texts = page.match(/(?<![\w+/.=-])[\w+/-]{32,}={0,2}(?![\w+/.=-])/g) ?? []
    // The pieces of a token, which the format breaks over several lines.
    const tokens = (page.match(/^ {4}eyJ\S+\.\.\S+\n(?: {4}\S+\n)*/gm) ?? []).join('')
    for (const text of texts.filter(
      (one) =>
        !one.startsWith('eyJ') && /\d/.test(one) && /[A-Za-z]/.test(one) && !one.includes('/') && !tokens.includes(one),
    )) {
      for (const keys of [text, { kty: 'oct', k: text }]) expect(() => readKeys(keys), text).toThrow()
    }
  })
})

function eachOf(keys: unknown): unknown[] {
  if (typeof keys === 'string' && /^[{[]/.test(keys)) return eachOf(JSON.parse(keys))
  if (Array.isArray(keys)) return keys.flatMap(eachOf)
  const set = (keys as { keys?: unknown[] }).keys
  return set ? set.flatMap(eachOf) : [keys]
}
