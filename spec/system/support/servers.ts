import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a server program is, or undefined. Debian puts servers where only root's PATH leads. */
export function pathOf(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

/** The same for a program that there is no going on without. */
export function requiredPathOf(program: string): string {
  const path = pathOf(program)
  if (path === undefined) throw new Error(`${program} is missing: apt-get install ${program}`)
  return path
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
