import { fchmodSync, fstatSync } from 'node:fs'
import { open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import type { OutputFile } from './io.js'

/** Only the owner may read and write. */
const PRIVATE = 0o600
const OF_OTHERS = 0o077
const STDOUT = 1

/**
 * The file that standard output goes to; undefined for a terminal, a pipe or a device. Its content is unknown where the
 * process may not read it, and outside of Linux.
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
 * Reads a regular file. A pipe would wait for its other end, and a device is a mistake.
 *
 * @throws what Node throws, and `ENOTFILE` for anything but a file or a link to one
 */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  if (!(await stat(path)).isFile()) throw Object.assign(new Error('not a file'), { code: 'ENOTFILE' })
  return readFile(path)
}

/**
 * Writes a whole file or nothing: it writes a temporary file, and renames it. A link stays a link. Mode and owner stay;
 * a new file is private.
 *
 * @param before the content when it was read; undefined if there was no file
 * @returns whether others than the owner can read the file
 * @throws what Node throws, and `ECHANGED` if the file has changed since it was read
 */
export async function replaceFile(path: string, content: string, before: string | undefined): Promise<boolean> {
  const target = await realpath(path).catch((error) => {
    if (before === undefined && error.code === 'ENOENT') return path
    throw error
  })
  const old = before === undefined ? undefined : await stat(target)
  if (old?.isFile() === false) throw Object.assign(new Error('not a file'), { code: 'ENOTFILE' })
  const mode = old === undefined ? PRIVATE : old.mode & 0o777
  // The name is always the same, so that one of two concurrent writers fails.
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
