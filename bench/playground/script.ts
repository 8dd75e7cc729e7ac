import { fileURLToPath } from 'node:url'
import type { RequestHandler } from 'express'
import { rolldown } from 'rolldown'

let compiled: Promise<string> | undefined

/** The page's script, compiled once for the process. */
export function compileScript(): Promise<string> {
  compiled ??= compile(fileURLToPath(new URL('./page/script.ts', import.meta.url)))
  return compiled
}

export const script: RequestHandler = async (_req, res) => {
  res
    .set('Cache-Control', 'no-store')
    .type('js')
    .send(await compileScript())
}

async function compile(input: string): Promise<string> {
  const bundle = await rolldown({ input, platform: 'browser', logLevel: 'silent' })
  try {
    const { output } = await bundle.generate({ format: 'esm' })
    return output[0].code
  } finally {
    await bundle.close()
  }
}
