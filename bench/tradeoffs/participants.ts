import { setTimeout as sleep } from 'node:timers/promises'
import { BACKENDS, type Backend, type BackendName } from './backend.js'
import { BACKEND } from './backends/index.js'
import type { TradeoffResults } from './outcome.js'
import type { Participant } from './participant.js'
import { SERVERS } from './servers/index.js'

const LONGEST_WAIT = 15_000

export type Absent = TradeoffResults['absent'][number]

export interface Attendance {
  readonly present: readonly Participant[]
  readonly absent: readonly Absent[]
}

/** Starts the servers that are installed here, unless a variable points at one elsewhere. */
export async function gather(names: readonly BackendName[]): Promise<Attendance> {
  const present: Participant[] = []
  const absent: Absent[] = []
  for (const contender of BACKENDS) {
    if (!names.includes(contender)) {
      absent.push({ contender, why: 'not measured here: left out with --only' })
      continue
    }
    const found = await participate(BACKEND[contender])
    if ('why' in found) absent.push({ contender, why: found.why })
    else present.push(found)
  }
  return { present, absent }
}

export async function endServers(participants: readonly Participant[]): Promise<void> {
  await Promise.all(participants.map(({ server }) => server?.end()))
}

async function participate(backend: Backend): Promise<Participant | { why: string }> {
  if (backend.server === undefined) return { backend }
  const program = SERVERS[backend.server]
  const elsewhere = process.env[program.variable]
  if (elsewhere) return answering(backend, elsewhere, program.variable)
  if (program.find() === undefined) {
    return { why: `not measured here: ${program.install}; or set ${program.variable} to one elsewhere` }
  }
  try {
    const server = await program.start()
    return { backend, url: server.url, server }
  } catch (error) {
    console.error(error)
    return { why: `not measured here: its server did not start` }
  }
}

/** Before anybody waits for minutes, and without its address, which may have a password in it. */
async function answering(backend: Backend, url: string, variable: string): Promise<Participant> {
  const answered = new AbortController()
  // Some clients try to connect for ever.
  const tooLate = sleep(LONGEST_WAIT, undefined, { signal: answered.signal }).then(() => {
    throw new Error(`no answer in ${LONGEST_WAIT / 1000} s`)
  })
  try {
    await Promise.race([backend.open(url).then((open) => open.close()), tooLate])
  } catch (cause) {
    throw new Error(`the server that ${variable} points at cannot be used`, { cause })
  } finally {
    answered.abort()
  }
  return { backend, url }
}
