import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { REPOSITORY } from '../../support/script.js'
import type { Authority } from './authority.js'

/** The playground as `npm start` runs it, on a free port. */
export interface RunningPlayground {
  readonly origin: string
  stop(): Promise<void>
}

export async function startPlayground(authority?: Authority): Promise<RunningPlayground> {
  const https = authority ? { HTTPS_CERT: authority.certificateFile, HTTPS_KEY: authority.keyFile } : {}
  const child = spawn(process.execPath, ['--import', 'tsx', join(REPOSITORY, 'bench/playground/server.ts')], {
    cwd: REPOSITORY,
    env: { ...process.env, PORT: '0', NODE_ENV: 'production', ...https },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const announced = new Promise<string>((resolve) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const [origin] = /https?:\/\/[^\s/]+/.exec(output) ?? []
      if (origin) resolve(origin)
    })
  })
  const failed = exited.then(() => Promise.reject(new Error('the playground ended before it printed its URL')))
  const origin = await Promise.race([announced, failed])
  return {
    origin,
    async stop() {
      child.kill()
      await exited
    },
  }
}
