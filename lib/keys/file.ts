import { readFile } from 'node:fs'
import { promisify } from 'node:util'
import type { KeyLoader } from './reloader.js'
import { textOf } from './text.js'

/** As `node:fs/promises` takes a millisecond to load, which an app that has its keys elsewhere would wait for as well. */
const read = promisify(readFile)

/**
 * A loader for keys in a file: a JWK Set, or a secret. For `KeyRing.load`, which reads it again; so it may be replaced
 * while the app runs, by a rename or by the symbolic links that Kubernetes swaps in a mounted secret.
 *
 * @param path of a text file in UTF-8, also with a byte order mark; white space around its content does not count
 * @throws when it is read: what Node throws for the file, and `ERR_SESSION_KEYS` if it is not text in UTF-8
 */
export function keysFromFile(path: string | URL): KeyLoader {
  return async () => textOf(await read(path), 'the file of the keys').trim()
}
