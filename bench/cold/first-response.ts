import assert from 'node:assert/strict'
import { USER } from '../http/app.js'
import type { Name } from '../http/contenders.js'
import { type Answer, visit } from '../http/visit.js'
import { ColdProcess } from './process.js'

const SCRIPT = new URL('app.js', import.meta.url)

/** What a new process is asked first: to sign somebody in, or to read the session of somebody who is. */
export type First = 'sign-in' | 'read'

/** Milliseconds from the start of a process to its first response, complete; and what its session is. */
export async function timeFirstResponse(
  name: Name,
  module: string,
  first: First,
  cookie = '',
): Promise<{ ms: number; cookie: string }> {
  const app = new ColdProcess(SCRIPT, [name, module])
  const answer = await answerOf(app, first, cookie)
  const ms = app.elapsed
  await app.ended()
  assert.equal(answer.body, USER)
  return { ms, cookie: answer.cookie }
}

/** The URLs of the files that a process has loaded when it has answered. */
export async function filesForResponse(
  name: Name,
  module: string,
  first: First,
  cookie = '',
): Promise<{ files: string[]; cookie: string }> {
  const app = new ColdProcess(SCRIPT, [name, module], true)
  const answer = await answerOf(app, first, cookie)
  return { files: await app.files(), cookie: answer.cookie }
}

async function answerOf(app: ColdProcess, first: First, cookie: string): Promise<Answer> {
  const port = await app.line()
  return visit(`http://127.0.0.1:${port}/${first}`, cookie)
}
