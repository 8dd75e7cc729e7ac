import { moduleOf } from './modules.js'
import { ColdProcess } from './process.js'

const SCRIPT = new URL('import.js', import.meta.url)

/** Milliseconds that importing a module takes in a new process, and that the whole process takes. */
export async function timeImport(module: string, before: readonly string[]): Promise<{ ms: number; process: number }> {
  const child = new ColdProcess(SCRIPT, [module, ...before])
  const ms = Number(await child.line())
  return { ms, process: await child.ended() }
}

/** The URLs of the files that importing a module loads. */
export async function filesOf(module: string): Promise<string[]> {
  const [files, always] = await Promise.all([loadedWith(module), loadedWith(moduleOf('nothing'))])
  return files.filter((file) => !always.includes(file))
}

function loadedWith(module: string): Promise<string[]> {
  return new ColdProcess(SCRIPT, [module], true).files()
}
