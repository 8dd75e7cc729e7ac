type Any = any

/** What a request does with its session, and what comes of it. */
export interface State {
  readonly name: string
  /** Whether the request brings a valid cookie. */
  readonly brings: boolean
  apply(req: Any): void
  /** What of ours the response carries. */
  readonly carries: 'a session' | 'a removal' | 'nothing'
  /** The code that the error handler gets in place of the response. */
  readonly fails?: string
}

export const STATES: readonly State[] = [
  { name: 'new', brings: false, apply: (req) => void (req.session.user = 'Ada'), carries: 'a session' },
  { name: 'changed', brings: true, apply: (req) => void (req.session.user.name = 'Eve'), carries: 'a session' },
  { name: 'unchanged', brings: true, apply: (req) => void req.session.user, carries: 'nothing' },
  { name: 'cleared', brings: true, apply: (req) => void (req.session = null), carries: 'a removal' },
  {
    name: 'overflowing',
    brings: true,
    apply: (req) => void (req.session.text = 'x'.repeat(5000)),
    carries: 'nothing',
    fails: 'ERR_SESSION_OVERFLOW',
  },
  {
    name: 'unserializable',
    brings: true,
    apply: (req) => void (req.session.count = 1n),
    carries: 'nothing',
    fails: 'ERR_SESSION_UNSERIALIZABLE',
  },
]
