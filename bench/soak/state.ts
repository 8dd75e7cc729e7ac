/** What a session holds, and so what the app answers. */
export interface State {
  readonly user: string | null
  readonly count: number
  /** How long a text it carries. */
  readonly filling: number
}

export const NOBODY: State = { user: null, count: 0, filling: 0 }

/** What may be asked of the app, and what comes of it. */
export interface Deed {
  readonly path: string
  /** Whether the answer must bring a cookie. */
  readonly writes: boolean
  readonly comesTo: (before: State) => State
}

export const READ: Deed = { path: '/read', writes: false, comesTo: (before) => before }
export const SLOW_READ: Deed = { ...READ, path: '/read?after=20' }
export const COUNT: Deed = { path: '/count', writes: true, comesTo: counted }
/** The body of its answer never ends. */
export const HALF_COUNT: Deed = { ...COUNT, path: '/count?half=1' }
export const REGENERATE: Deed = { path: '/regenerate', writes: true, comesTo: (before) => before }
export const LOG_OUT: Deed = { path: '/logout', writes: true, comesTo: () => NOBODY }

export function logIn(user: string): Deed {
  return { path: `/login?user=${user}`, writes: true, comesTo: () => ({ ...NOBODY, user }) }
}

/** Only another text than before is a change, and only a change is written. */
export function fill(bytes: number, { filling }: State): Deed {
  return {
    path: `/fill?bytes=${bytes}`,
    writes: bytes !== filling,
    comesTo: (before) => ({ ...before, filling: bytes }),
  }
}

/** A session that does not fit. The app answers 500, and the one of before stays. */
export const OVERFILL: Deed = { path: '/fill?bytes=5000', writes: false, comesTo: (before) => before }

function counted(before: State): State {
  return { ...before, count: before.count + 1 }
}
