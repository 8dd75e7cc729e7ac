import { readFile } from 'node:fs/promises'
import type { KeyLoader } from './reloader.js'

/**
 * A loader for keys in a file: a JWK Set, or a secret. For `KeyRing.load`, which reads it again; so it may be replaced
 * while the app runs, by a rename or by the symbolic links that Kubernetes swaps in a mounted secret.
 *
 * @param path of a text file in UTF-8; white space around its content does not count
 */
export function keysFromFile(path: string | URL): KeyLoader {
  return async () => (await readFile(path, 'utf8')).trim()
}
