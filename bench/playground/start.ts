import { parseArgs } from 'node:util'
import { newState, type State, type States } from './state.js'

/** What a process needs to serve the playground. */
export interface Start {
  readonly states: States
  readonly host: string
  readonly port: number
  /** The files of a certificate and its key. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

/** What it tells its supervisor. */
export type Report =
  | { readonly type: 'listening'; readonly port: number; readonly address: string }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'restart'; readonly states: States }

/**
 * Reads what it is to be started with.
 *
 * @throws {Error} whose message says what to put right
 */
export function startFrom(environment: NodeJS.ProcessEnv, args: readonly string[]): Start {
  const { SESSION_KEYS: keys, HOST, PORT, HTTPS_CERT, HTTPS_KEY } = environment
  const options = { cert: { type: 'string' }, key: { type: 'string' } } as const
  const { cert = HTTPS_CERT, key = HTTPS_KEY } = parseArgs({ args: [...args], options }).values
  if (!cert !== !key) throw new Error('HTTPS takes both files: --cert and --key, or HTTPS_CERT and HTTPS_KEY')
  return {
    states: { first: stateFrom(keys) },
    // Also when they are set to nothing: an empty host would mean every interface.
    host: HOST || 'localhost',
    port: portFrom(PORT || '3000'),
    tls: cert && key ? { cert, key } : undefined,
  }
}

function stateFrom(keys: string | undefined): State {
  try {
    return newState(keys)
  } catch (error) {
    throw new Error(`SESSION_KEYS: ${(error as Error).message}`)
  }
}

function portFrom(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65535) return port
  throw new Error(`PORT is "${text}": give a number from 0 to 65535, 0 for any that is free`)
}
