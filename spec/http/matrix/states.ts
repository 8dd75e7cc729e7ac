type Any = any

/** What a request does with its session, and what comes of it. */
export interface State {
  readonly name: string
  /** Whether the request brings a valid cookie. */
  readonly brings: boolean
  apply(req: Any): void
  /** The lines of ours that the response carries, in this order. */
  readonly carries: readonly ('a session' | 'a removal' | 'a guard')[]
  /** The code that the error handler gets in place of the response. */
  readonly fails?: string
}

export const STATES: readonly State[] = [
  { name: 'new', brings: false, apply: (req) => void (req.session.user = 'Ada'), carries: ['a session'] },
  { name: 'changed', brings: true, apply: (req) => void (req.session.user.name = 'Eve'), carries: ['a session'] },
  { name: 'unchanged', brings: true, apply: (req) => void req.session.user, carries: [] },
  { name: 'cleared', brings: true, apply: (req) => void (req.session = null), carries: ['a removal', 'a guard'] },
  {
    name: 'overflowing',
    brings: true,
    apply: (req) => void (req.session.text = 'x'.repeat(5000)),
    carries: [],
    fails: 'ERR_SESSION_OVERFLOW',
  },
  {
    name: 'unserializable',
    brings: true,
    apply: (req) => void (req.session.count = 1n),
    carries: [],
    fails: 'ERR_SESSION_UNSERIALIZABLE',
  },
]
