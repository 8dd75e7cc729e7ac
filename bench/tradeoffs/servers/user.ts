import { readFileSync } from 'node:fs'

/** Whom a server runs as, for `spawn`. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/** For servers that refuse to be run by root: one of these users if we are root, else nobody but ourselves. */
export function insteadOfRoot(...names: readonly string[]): User | undefined {
  if (!isRoot()) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const users = new Map(lines.map((line) => [line.split(':')[0], line.split(':').slice(2, 4).map(Number)]))
  for (const name of names) {
    const [uid, gid] = users.get(name) ?? []
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new Error(`root may not run this server, and there is no user ${names.join(' or ')}`)
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}
