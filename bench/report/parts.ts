export type Benchmark = 'seal-open' | 'middleware' | 'http' | 'cold' | 'capacity' | 'growth'

export interface Part {
  readonly benchmark: Benchmark
  readonly title: string
  /** What a reader must know to understand the figures. */
  readonly about: string
  /** What takes them again. */
  readonly command: string
}

export const PARTS: readonly Part[] = [
  {
    benchmark: 'seal-open',
    title: 'Sealing and opening',
    about:
      'The token alone, without a request: `seal` makes it from the data of a session, `open` gets them back. Every ' +
      'contender does its own whole work, with its defaults, and must give the data back before it is timed.',
    command: run('micro'),
  },
  {
    benchmark: 'middleware',
    title: 'A request through the middleware',
    about:
      "A request and a response of Node's without sockets, the middleware, a handler, and the head of the response. " +
      '`nothing` is the same request without a middleware. It is part of every figure of the first table, and ' +
      'subtracted in the second one. express-session asks its store, and so answers in a later turn of the event ' +
      'loop: that turn, which a busy server shares among many requests, is in its figures.',
    command: run('micro'),
  },
  {
    benchmark: 'http',
    title: 'Over HTTP',
    about: 'A whole Express server under load from another process. The bytes are those of a request and its response.',
    command: run('http'),
  },
  {
    benchmark: 'cold',
    title: 'Cold start',
    about:
      'What a new process waits for: the import alone, the import where Express is loaded already, and the time from ' +
      'its start until its first response. Every sample is a process of its own; `nothing` is one without a session. ' +
      'It matters most on serverless platforms.',
    command: run('cold'),
  },
  {
    benchmark: 'capacity',
    title: 'How much a session holds',
    about: 'The largest session, as bytes of its JSON, that still fits into the cookie.',
    command: run('capacity'),
  },
  {
    benchmark: 'growth',
    title: 'How the cost grows',
    about:
      'CPU of a request when sessions get larger, when other cookies come along, and when the key ring is long, as ' +
      'in the middle of a rotation; and the heap of a process that answers request after request.',
    command: run('growth'),
  },
]

function run(script: string): string {
  return `npm run bench:${script} -- --record`
}
