import { fchmodSync, fstatSync } from 'node:fs'
import { open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import type { OutputFile } from './io.js'

/** Only the owner reads and writes it. */
const PRIVATE = 0o600
const OF_OTHERS = 0o077
const STDOUT = 1

/**
 * The file that standard output goes to, or undefined for a terminal, a pipe or a device. Where Linux does not tell its
 * content, as for one that others may write and not read, that is unknown.
 */
export async function outputFile(): Promise<OutputFile | undefined> {
  const { mode, size } = fstatSync(STDOUT)
  if ((mode & 0o170000) !== 0o100000) return undefined
  const content = size === 0 ? '' : await readFile('/proc/self/fd/1', 'utf8').catch(() => undefined)
  return {
    isEmpty: size === 0,
    content,
    isReadableByOthers: (mode & OF_OTHERS) !== 0,
    makePrivate: () => fchmodSync(STDOUT, mode & 0o7777 & ~OF_OTHERS),
  }
}

/**
 * The bytes of a file, where it is one: to read a pipe would wait for its other end, and a device in the place of a
 * file is a mistake.
 *
 * @throws what Node throws, and `ENOTFILE` for anything but a file or a link to one
 */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  if (!(await stat(path)).isFile()) throw Object.assign(new Error('not a file'), { code: 'ENOTFILE' })
  return readFile(path)
}

/**
 * Writes a file as a whole or not at all: into another one beside it, which then takes its name. A link stays, and
 * leads to what was written. Mode and owner stay; a new file is the owner's alone.
 *
 * @param before its content when it was read, undefined if there was no file
 * @returns whether others than the owner can read it
 * @throws what Node throws, and `ECHANGED` if it is no longer what was read
 */
export async function replaceFile(path: string, content: string, before: string | undefined): Promise<boolean> {
  const target = await realpath(path).catch((error) => {
    if (before === undefined && error.code === 'ENOENT') return path
    throw error
  })
  const old = before === undefined ? undefined : await stat(target)
  if (old?.isFile() === false) throw Object.assign(new Error('not a file'), { code: 'ENOTFILE' })
  const mode = old === undefined ? PRIVATE : old.mode & 0o777
  // One name for all, so that of two that write at the same time, one gives up.
  const temporary = `${target}.sealed-session.tmp`
  const file = await open(temporary, 'wx', PRIVATE)
  try {
    try {
      await file.writeFile(content)
      if (old !== undefined) await file.chown(old.uid, old.gid).catch(() => undefined)
      await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
    const now = await readFile(target, 'utf8').catch(() => undefined)
    if (now !== before) throw Object.assign(new Error('changed meanwhile'), { code: 'ECHANGED' })
    await rename(temporary, target)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  return (mode & OF_OTHERS) !== 0
}
