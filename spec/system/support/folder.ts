import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders: string[] = []

/** A folder of its own for a server's configuration and whatever that server writes. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealed-session-system-'))
  folders.push(folder)
  return folder
}

/** A configuration file in a temporary folder, made from that folder's path. */
export async function configured(name: string, textFor: (folder: string) => string): Promise<string> {
  const folder = await temporaryFolder()
  const file = join(folder, name)
  await writeFile(file, textFor(folder))
  return file
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
