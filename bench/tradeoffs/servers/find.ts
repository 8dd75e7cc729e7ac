import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian keeps servers where a user's PATH does not lead. */
const SYSTEM = ['/usr/sbin', '/usr/local/sbin', '/sbin']

/** The first of these programs that is in PATH, in one of these folders, or where the system keeps servers. */
export function find(names: readonly string[], folders: readonly string[] = []): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const places = [...folders, ...path, ...SYSTEM]
  return names.flatMap((name) => places.map((folder) => join(folder, name))).find(isExecutable)
}

/** Where Debian keeps the programs of PostgreSQL, the newest version first. */
export function postgresqlFolders(): string[] {
  const root = '/usr/lib/postgresql'
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
    return versions.map((version) => join(root, version, 'bin'))
  } catch {
    return []
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
