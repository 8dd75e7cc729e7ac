import { execFileSync } from 'node:child_process'
import { versionsOf } from '../measure/recording.js'
import type { Participant } from './participant.js'
import { SERVERS } from './servers/index.js'

/** Of the packages and of the servers that were started here, as they are installed. */
export function versionsUsed(participants: readonly Participant[]): Record<string, string> {
  const packages = participants.flatMap(({ backend }) => backend.packages)
  const servers = participants.flatMap(({ backend, server }) => (server && backend.server) ?? [])
  return {
    ...versionsOf('express', ...new Set(packages), 'autocannon'),
    ...Object.fromEntries(servers.map((kind) => [`${kind} server`, versionOf(SERVERS[kind].find())])),
  }
}

function versionOf(program: string | undefined): string {
  if (program === undefined) return 'unknown'
  const said = execFileSync(program, ['--version'], { encoding: 'utf8' })
  return /\d+(\.\d+)+/.exec(said)?.[0] ?? said.trim()
}
