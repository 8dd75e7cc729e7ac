import { albEvent, albMultiValueEvent, functionUrlEvent, httpApiEvent, restApiEvent, type Sent } from './events.js'

/** What a Lambda function returns to a service, through JSON. */
export interface Result {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, unknown>>
  readonly multiValueHeaders?: Readonly<Record<string, unknown>>
  readonly cookies?: readonly string[]
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

/** What the browser gets of it. */
export interface Received {
  readonly status: number
  /** All but `Set-Cookie`, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly setCookies: readonly string[]
  readonly body: Buffer
}

/** A service of AWS: how it makes an event of a request, and which headers of the result it passes on. */
export interface Service {
  readonly name: string
  readonly event: (sent: Sent) => object
  readonly emit: (result: Result) => Received
  /** Whether a response of this service can set two cookies at all. */
  readonly severalCookies: boolean
  /** Whether browsers can reach it over plain HTTP. */
  readonly plainHttp: boolean
}

export const SERVICES: readonly Service[] = [
  {
    name: 'an API Gateway REST API',
    event: restApiEvent,
    // Both are merged; of a pair that is in both, the one in multiValueHeaders stays.
    emit: (result) => {
      const lines = linesOfMany(result.multiValueHeaders)
      const others = linesOfOne(result.headers).filter(([name, value]) => !lines.some(same(name, value)))
      return received(result, [...lines, ...others])
    },
    severalCookies: true,
    plainHttp: false,
  },
  {
    name: 'an API Gateway HTTP API',
    event: httpApiEvent,
    emit: emitFormat2,
    severalCookies: true,
    plainHttp: false,
  },
  {
    name: 'a Lambda function URL',
    event: functionUrlEvent,
    emit: emitFormat2,
    severalCookies: true,
    plainHttp: false,
  },
  {
    name: 'an ALB with multi-value headers',
    event: albMultiValueEvent,
    emit: (result) => received(result, linesOfMany(result.multiValueHeaders)),
    severalCookies: true,
    plainHttp: true,
  },
  {
    name: 'an ALB with single-value headers',
    event: albEvent,
    emit: (result) => received(result, linesOfOne(result.headers)),
    severalCookies: false,
    plainHttp: true,
  },
]

type Line = readonly [name: string, value: string]

/** Each of `cookies` becomes a Set-Cookie header, beside what is in `headers`, one line per name. */
function emitFormat2(result: Result): Received {
  const cookies = (result.cookies ?? []).map((cookie): Line => ['set-cookie', cookie])
  return received(result, [...linesOfOne(result.headers), ...cookies])
}

function linesOfOne(headers: Result['headers'] = {}): Line[] {
  return Object.entries(headers).map(([name, value]) => [name.toLowerCase(), scalar(name, value)])
}

function linesOfMany(headers: Result['multiValueHeaders'] = {}): Line[] {
  return Object.entries(headers).flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw new Error(`multiValueHeaders has no array for ${name}`)
    return values.map((value): Line => [name.toLowerCase(), scalar(name, value)])
  })
}

/** A value that every service takes: what is neither text, number nor boolean is garbled or answered with 502. */
function scalar(name: string, value: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof value)) throw new Error(`the value of ${name} is no text`)
  return String(value)
}

function same(name: string, value: string): (line: Line) => boolean {
  return (line) => line[0] === name && line[1] === value
}

function received({ statusCode, body = '', isBase64Encoded = false }: Result, lines: readonly Line[]): Received {
  return {
    status: statusCode,
    headers: Object.fromEntries(lines.filter(([name]) => name !== 'set-cookie')),
    setCookies: lines.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  }
}
