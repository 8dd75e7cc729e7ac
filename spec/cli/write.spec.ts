import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRegularFile, replaceFile } from '../../lib/cli/files.js'
import { readKeys } from '../../lib/keys/source.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url } from '../support/tokens.js'
import { READERS } from './env-file.js'
import { type Terminal, type } from './terminal.js'

const KID = readKeys(SECRET)[0]?.kid as string

/** What a command makes of a file. */
async function written(command: string, content?: string | Uint8Array, terminal: Terminal = {}) {
  const ended = await type(`${command} --write f`, { ...terminal, files: content === undefined ? {} : { f: content } })
  return { ...ended, content: ended.written?.['f'] ?? '' }
}

const keysIn = (content: string) => readKeys(parseEnv(content.replace('\ufeff', ''))['SESSION_KEYS'])

describe('a file that --write names', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regular-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is a file: neither a folder, nor a device, nor a pipe, which would never end', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const path of [folder, '/dev/null', pipe]) {
      await expect(readRegularFile(path)).rejects.toMatchObject({ code: 'ENOTFILE' })
    }
    for (const path of [folder, pipe]) {
      await expect(replaceFile(path, 'new', '')).rejects.toMatchObject({ code: 'ENOTFILE' })
      expect((await lstat(path)).isFile()).toBe(false)
    }
  })

  it('may be reached by a link', async () => {
    await writeFile(join(folder, 'file'), 'text')
    await symlink('file', join(folder, 'link'))
    expect(Buffer.from(await readRegularFile(join(folder, 'link'))).toString()).toBe('text')
  })
})

describe('sealed-session keygen --write', () => {
  it('makes a file, and prints no key', async () => {
    const { code, stdout, content } = await written('keygen')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(content).toMatch(/^SESSION_KEYS=[\w-]{43}\n$/)
  })

  it('asks for --json where the name of a new file ends with .json', async () => {
    const { code, stderr, written } = await type('keygen --write k.json')
    expect({ code, written }).toEqual({ code: 2, written: undefined })
    expect(stderr).toContain('a .json file holds keys as JSON: add --json, or give a file such as .env')
    expect((await type('keygen --json --write k.json')).code).toBe(0)
  })

  it.each([
    ['ends with a line feed', 'FOO=bar\n', /^FOO=bar\nSESSION_KEYS=[\w-]{43}\n$/],
    ['ends without one', 'FOO=bar', /^FOO=bar\nSESSION_KEYS=[\w-]{43}\n$/],
    ['has the line ends of Windows', 'FOO=bar\r\nA=1', /^FOO=bar\r\nA=1\r\nSESSION_KEYS=[\w-]{43}\r\n$/],
    ['has the name in a comment', '# SESSION_KEYS=x\n', /^# SESSION_KEYS=x\nSESSION_KEYS=[\w-]{43}\n$/],
    ['has the name in a value', "A='\nSESSION_KEYS=x\n'\n", /^A='\nSESSION_KEYS=x\n'\nSESSION_KEYS=[\w-]{43}\n$/],
    ['is a template', 'A=1\nSESSION_KEYS=\nB=2\n', /^A=1\nSESSION_KEYS=[\w-]{43}\nB=2\n$/],
  ])('adds a line of its own to a file that %s', async (_how, before, after) => {
    const { code, content } = await written('keygen', before)
    expect(code).toBe(0)
    expect(content).toMatch(after)
    expect(keysIn(content)).toHaveLength(1)
  })

  it('leaves a file as it is that has other variables, where JSON was asked for, and says what to do', async () => {
    const ended = await written('keygen --json', 'FOO=bar\n')
    expect(ended).toMatchObject({ code: 2, stdout: '', content: '' })
    expect(ended.stderr).toMatch(
      /has something in it already, and is left as it is: leave --json out, or name a new file/,
    )
  })

  it.each([
    ['has a key', `SESSION_KEYS=${SECRET}\n`],
    ['has one behind a colon, as dotenv takes it', `SESSION_KEYS: ${SECRET}\n`],
    ['has one for shells', `export SESSION_KEYS='${SECRET}'\n`],
    ['is JSON', JSON.stringify({ keys: [] })],
  ])('leaves a file as it is that %s, and names rotate', async (_how, before) => {
    for (const command of ['keygen', 'keygen --json']) {
      const ended = await written(command, before)
      expect(ended).toMatchObject({ code: 2, stdout: '', content: '' })
      expect(ended.stderr).toMatch(/already, and is left as it is: use sealed-session rotate --write/)
      expect(ended.stderr).not.toContain(SECRET)
    }
  })

  it('makes a JWK Set, or a JWK', async () => {
    expect(JSON.parse((await written('keygen --json')).content).keys).toHaveLength(1)
    expect(JSON.parse((await written('keygen --jwk')).content)).toMatchObject({ kty: 'oct' })
  })
})

describe('sealed-session rotate --write', () => {
  it.each([
    ['a secret', `SESSION_KEYS=${SECRET}\n`],
    ['quotation marks', `SESSION_KEYS="${SECRET}"\n`],
    ['an export and a comment', `  export SESSION_KEYS=${SECRET} # of the shop\n`],
    ['line ends of Windows and a byte order mark', `\ufeffSESSION_KEYS=${SECRET}\r\nB=2\r\n`],
    ['JSON over several lines', `A=1\nSESSION_KEYS='[\n  "${SECRET}"\n]' # x\nB=2`],
    ['JSON without quotation marks, for docker', `SESSION_KEYS=["${SECRET}"]\nB=2\n`],
    ['the name elsewhere', `# SESSION_KEYS=a\nA="\nSESSION_KEYS=b\n"\nSESSION_KEYS=${SECRET}\nSESSION_KEYS_OLD=c\n`],
  ])('changes the keys in a .env file with %s, and nothing else', async (_what, before) => {
    const { code, stdout, content } = await written('rotate', before)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(keysIn(content).map(({ kid }) => kid)).toEqual([expect.any(String), KID])
    // The value, in whatever quotation marks.
    const without = (text: string) =>
      text.replace(/(^\ufeff?\s*(?:export )?SESSION_KEYS=)(?!b\n)('[^']*'|"[^"]*"|[[{].*|\S+)/m, '$1')
    const last = (text: string) => text.lastIndexOf('SESSION_KEYS=')
    expect(without(content.slice(last(content)))).toBe(without(before.slice(last(before))))
    expect(content.slice(0, last(content))).toBe(before.slice(0, last(before)))
  })

  it('writes what a shell and node read', async () => {
    const { content } = await written('rotate', `A=1\nSESSION_KEYS=${SECRET}\n`)
    for (const reader of ['a shell', 'node --env-file']) {
      expect(readKeys(READERS[reader]?.(content))).toHaveLength(2)
    }
  })

  it('keeps JSON without quotation marks, as docker needs it', async () => {
    const { content } = await written('rotate', `SESSION_KEYS=["${SECRET}"]\n`)
    expect(readKeys(READERS['docker --env-file']?.(content))).toHaveLength(2)
  })

  it('leaves a file as it is that sets two keys, as the first may be the one that sessions are sealed with', async () => {
    const ended = await written('rotate', `SESSION_KEYS=${OTHER_SECRET}\nSESSION_KEYS=${SECRET}\n`)
    expect(ended).toMatchObject({ code: 2, stdout: '', content: '' })
    expect(ended.stderr).toMatch(/the file sets SESSION_KEYS 2 times, and the last line counts: take out the lines/)
  })

  it('keeps a JSON file JSON, with its members and its form', async () => {
    const jwk = { kty: 'oct', kid: 'old', k: base64url(SECRET) }
    const pretty = await written('rotate', `${JSON.stringify({ about: 'the shop', keys: [jwk] }, null, 2)}\n`)
    expect(JSON.parse(pretty.content)).toMatchObject({ about: 'the shop', keys: [{}, { kid: 'old' }] })
    expect(pretty.content).toMatch(/^\{\n {2}"about": "the shop",\n {2}"keys"[\s\S]*\}\n$/)
    const plain = await written('rotate', JSON.stringify([SECRET]))
    expect(plain.content).toMatch(/^\{"keys":\[.*\]\}$/)
    expect(readKeys(plain.content)[1]?.kid).toBe(KID)
  })

  it('makes a JWK Set of a file that holds a secret, as there are two keys now', async () => {
    expect(readKeys((await written('rotate', `${SECRET}\n`)).content)).toHaveLength(2)
  })

  it.each([
    ['no file', undefined, '', /no file of --write: make it with sealed-session keygen --write/],
    ['a file without keys', 'A=1\nB=2\n', '', /no line sets SESSION_KEYS/],
    ['a file that is no text', Buffer.from([0xff, 0xfe, 0x53, 0]), '', /is not text in UTF-8/],
    ['--keys-file beside it', SECRET, ' --keys-file f', /leave --keys-file out/],
    ['--json beside it', SECRET, ' --json', /leave --json out/],
  ])('refuses %s', async (_what, before, options, message) => {
    const ended = await written(`rotate${options}`, before)
    expect(ended).toMatchObject({ code: 2, stdout: '', content: '' })
    expect(ended.stderr).toMatch(message)
  })
})

describe('what is appended to a file', () => {
  const appended = (command: string, output: Terminal['output'], env = { SESSION_KEYS: SECRET }) =>
    type(command, { env, ...(output ? { output } : {}) })

  it('begins a line of its own, unless the last one is known to have ended', async () => {
    for (const command of ['keygen', 'rotate']) {
      expect((await appended(command, { content: 'FOO=bar' })).stdout).toMatch(/^\nSESSION_KEYS=/)
      expect((await appended(command, { content: undefined })).stdout).toMatch(/^\nSESSION_KEYS=/)
      expect((await appended(command, { content: 'FOO=bar\n' })).stdout).toMatch(/^SESSION_KEYS=/)
      expect((await appended(command, { content: '', isEmpty: true })).stdout).toMatch(/^SESSION_KEYS=/)
    }
  })

  it('comes with a remark if the file has keys already, as the last line counts', async () => {
    const before = `SESSION_KEYS=${OTHER_SECRET}\n`
    expect((await appended('keygen', { content: before })).stderr).toMatch(/was set in that file already.*use sealed-s/)
    expect((await appended('rotate', { content: before })).stderr).toMatch(/was set in that file already.*take the oth/)
  })

  it('is never a second JSON text', async () => {
    for (const command of ['keygen --json', 'rotate --json', 'export-keys']) {
      const { code, stdout, stderr } = await appended(command, { content: '{"keys":[]}\n' })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/already has JSON.*write to a new file/)
      expect((await appended(command, { content: 'SESSION_KEYS=' })).stdout).toMatch(/^\{/)
    }
  })

  it('makes a new file the owner alone can read, and says of another one if others can', async () => {
    let changes = 0
    const makePrivate = () => void changes++
    for (const command of ['keygen', 'rotate --json', 'export-keys']) {
      changes = 0
      await appended(command, { content: '', isEmpty: true, isReadableByOthers: true, makePrivate })
      expect(changes).toBe(1)
      const { stderr } = await appended(command, { content: 'A=1\n', isReadableByOthers: true, makePrivate })
      expect(changes).toBe(1)
      expect(stderr).toMatch(/Other users can read that file: chmod 600 makes it private\./)
    }
  })

  it('is nothing where the shell has emptied the file that was to be read', async () => {
    const { code, stdout, stderr } = await type('rotate --keys-file f', {
      files: { f: '' },
      output: { content: '', isEmpty: true },
    })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/the shell has emptied it: restore it, and use sealed-session rotate --write/)
  })
})

describe('a file that is written', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealed-session-write-'))
    file = join(folder, '.env')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const modeOf = async (path: string) => (await stat(path)).mode & 0o777

  it('is private if it is new', async () => {
    expect(await replaceFile(file, 'new', undefined)).toBe(false)
    expect([await readFile(file, 'utf8'), await modeOf(file)]).toEqual(['new', 0o600])
  })

  it.each([
    [0o600, false],
    [0o400, false],
    [0o640, true],
    [0o644, true],
  ])('keeps its mode %o, and tells whether others can read it', async (mode, isReadableByOthers) => {
    await writeFile(file, 'old')
    await chmod(file, mode)
    expect(await replaceFile(file, 'new', 'old')).toBe(isReadableByOthers)
    expect([await readFile(file, 'utf8'), await modeOf(file)]).toEqual(['new', mode])
  })

  it('is where a link leads, and the link stays', async () => {
    await writeFile(join(folder, 'target'), 'old')
    await symlink('target', file)
    await replaceFile(file, 'new', 'old')
    expect((await lstat(file)).isSymbolicLink()).toBe(true)
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('new')
  })

  it('stays as it is if it was changed since it was read, or appeared', async () => {
    await writeFile(file, 'changed')
    for (const before of ['old', undefined]) {
      await expect(replaceFile(file, 'new', before)).rejects.toMatchObject({ code: 'ECHANGED' })
    }
    expect(await readFile(file, 'utf8')).toBe('changed')
    expect(await readdir(folder)).toEqual(['.env'])
  })

  it('stays as it is while another run writes it', async () => {
    await writeFile(file, 'old')
    await writeFile(`${file}.sealed-session.tmp`, '')
    await expect(replaceFile(file, 'new', 'old')).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await readFile(file, 'utf8')).toBe('old')
  })
})
