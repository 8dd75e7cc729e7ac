import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

type Any = any

/** A way of responding, as an app would write it. */
export interface Mode {
  readonly name: string
  produce(res: Any, req: Any): unknown
  /** Needs what Express adds to a response. */
  readonly express?: boolean
  /** Cannot be done over HTTP/2, or not by Node's compatibility API. */
  readonly http1?: boolean
  /** What the request is, where it is not a plain GET. */
  readonly method?: string
  readonly headers?: Record<string, string>
}

const FILE = fileURLToPath(new URL('../../../LICENSE', import.meta.url))
const MEGABYTES = Array.from({ length: 48 }, (_, index) => Buffer.alloc(65_536, 97 + (index % 26)))

export const MODES: readonly Mode[] = [
  { name: 'end()', produce: (res) => res.end() },
  { name: 'end(text)', produce: (res) => res.end('text') },
  { name: 'end(Buffer)', produce: (res) => res.end(Buffer.from('bytes')) },
  { name: 'end(Uint8Array)', produce: (res) => res.end(new Uint8Array([97, 98])) },
  { name: 'end(null)', produce: (res) => res.end(null) },
  { name: 'end(callback)', produce: (res) => res.end(() => {}) },
  { name: 'end(text, callback)', produce: (res) => res.end('text', () => {}) },
  { name: 'end(text, encoding, callback)', produce: (res) => res.end('74657874', 'hex', () => {}) },
  { name: 'end twice', produce: (res) => (res.on('error', () => {}), res.end('one'), res.end()) },
  { name: 'end with a long text', produce: (res) => typed(res).end('long '.repeat(1000)) },
  { name: 'write and end', produce: (res) => (res.write('one '), res.end('two')) },
  { name: 'write with encoding and callback', produce: (res) => (res.write('6f6e65', 'hex', () => {}), res.end()) },
  { name: 'write, and end later', produce: (res) => (res.write('one '), setImmediate(() => res.end('two'))) },
  { name: 'end later', produce: (res) => setImmediate(() => res.end('late')) },
  {
    name: 'write with a length',
    produce: (res) => (res.setHeader('Content-Length', '7'), res.write('one '), res.end('two')),
  },
  {
    name: 'cork',
    http1: true,
    produce: (res) => (res.cork(), res.write('one '), res.write('two'), res.uncork(), res.end()),
  },
  { name: 'write until back-pressure', produce: (res) => writeAll(typed(res)) },
  { name: 'writeHead(code)', produce: (res) => (res.writeHead(202), res.end('text')) },
  { name: 'writeHead(code), chained', produce: (res) => res.writeHead(202).end('text') },
  {
    name: 'writeHead(code, headers)',
    produce: (res) => res.writeHead(202, { 'X-Own': 'a', 'Content-Type': 'text/plain' }).end('text'),
  },
  { name: 'writeHead(code, message)', http1: true, produce: (res) => res.writeHead(202, 'Fine').end('text') },
  {
    name: 'writeHead(code, message, headers)',
    http1: true,
    produce: (res) => res.writeHead(202, 'Fine', { 'X-Own': 'a' }).end('text'),
  },
  {
    name: 'writeHead(code, undefined, headers)',
    produce: (res) => res.writeHead(202, undefined, { 'X-Own': 'a' }).end('text'),
  },
  {
    name: 'writeHead(code, headers, undefined)',
    produce: (res) => res.writeHead(202, { 'Set-Cookie': 'own=1' }, undefined).end('text'),
  },
  { name: 'writeHead with no cookies at all', produce: (res) => res.writeHead(202, { 'Set-Cookie': [] }).end('text') },
  {
    name: 'writeHead over setHeader',
    produce: (res) => (res.setHeader('X-Own', 'a'), res.writeHead(202, { 'x-own': 'b' }).end()),
  },
  {
    name: 'writeHead with a raw array',
    produce: (res) => res.writeHead(202, ['X-Own', 'a', 'X-More', 'b']).end('text'),
  },
  {
    name: 'writeHead with a raw array that repeats a name',
    produce: (res) => res.writeHead(202, ['X-Own', 'a', 'X-Own', 'b']).end(),
  },
  {
    name: 'writeHead with an array of pairs',
    produce: (res) =>
      res
        .writeHead(202, [
          ['X-Own', 'a'],
          ['X-More', 'b'],
        ])
        .end(),
  },
  { name: 'writeHead with a cookie', produce: (res) => res.writeHead(202, { 'Set-Cookie': 'own=1' }).end('text') },
  {
    name: 'writeHead with cookies',
    produce: (res) => res.writeHead(202, { 'set-cookie': ['own=1', 'two=2'] }).end('text'),
  },
  {
    name: 'writeHead with a cookie over another',
    produce: (res) => (res.setHeader('Set-Cookie', 'first=1'), res.writeHead(202, { 'Set-Cookie': 'own=1' }).end()),
  },
  {
    name: 'writeHead with a cookie in a raw array',
    produce: (res) => res.writeHead(202, ['Set-Cookie', 'own=1', 'X-Own', 'a']).end('text'),
  },
  { name: 'writeHead with a code that is none', produce: (res) => res.writeHead(99).end() },
  { name: 'a cookie set before', produce: (res) => (res.setHeader('Set-Cookie', ['own=1', 'two=2']), res.end('text')) },
  { name: 'appendHeader', produce: (res) => (res.appendHeader?.('Set-Cookie', 'own=1'), res.end('text')) },
  { name: 'flushHeaders, and end later', produce: (res) => (res.flushHeaders(), setImmediate(() => res.end('text'))) },
  { name: 'server-sent events', produce: serverSentEvents },
  { name: 'trailers', http1: true, produce: trailers },
  {
    name: 'early hints',
    http1: true,
    produce: (res) => (res.writeEarlyHints({ link: '</style.css>; rel=preload' }), res.end('text')),
  },
  { name: '102 before the response', http1: true, produce: (res) => (res.writeProcessing(), res.end('text')) },
  { name: '204', produce: (res) => ((res.statusCode = 204), res.end()) },
  { name: '304', produce: (res) => ((res.statusCode = 304), res.setHeader('ETag', '"x"'), res.end()) },
  { name: 'HEAD', method: 'HEAD', produce: (res) => (res.setHeader('Content-Length', '4'), res.end()) },
  { name: 'HEAD with a body that is dropped', method: 'HEAD', produce: (res) => res.end('text') },
  { name: 'a pipe', produce: (res) => createReadStream(FILE).pipe(res) },
  { name: 'a pipe of megabytes', produce: (res) => Readable.from(MEGABYTES).pipe(typed(res)) },
  { name: 'a pipeline', produce: (res) => pipeline(Readable.from(['one ', 'two']), res).catch(() => {}) },
  { name: 'an answer to POST', method: 'POST', produce: (res, req) => req.on('end', () => res.end('got it')).resume() },
  { name: 'res.json', express: true, produce: (res) => res.json({ a: 1 }) },
  { name: 'res.send', express: true, produce: (res) => res.send('text') },
  { name: 'res.send of a Buffer', express: true, produce: (res) => res.send(Buffer.from('bytes')) },
  { name: 'res.sendStatus', express: true, produce: (res) => res.sendStatus(201) },
  { name: 'res.redirect', express: true, produce: (res) => res.redirect('/elsewhere') },
  { name: 'res.render', express: true, produce: (res) => res.render('page') },
  {
    name: 'res.cookie and res.json',
    express: true,
    produce: (res) => res.cookie('own', '1').cookie('two', '2').json(null),
  },
  { name: 'res.sendFile', express: true, produce: (res) => res.sendFile(FILE) },
  {
    name: 'res.sendFile of a range',
    express: true,
    headers: { range: 'bytes=5-14' },
    produce: (res) => res.sendFile(FILE),
  },
  { name: 'res.sendFile that is not there', express: true, produce: (res) => res.sendFile(`${FILE}.not`) },
  { name: 'res.download', express: true, produce: (res) => res.download(FILE, 'licence.txt') },
  { name: 'HEAD of res.json', express: true, method: 'HEAD', produce: (res) => res.json({ a: 1 }) },
  {
    name: 'res.send that is fresh',
    express: true,
    headers: { 'if-none-match': '"v1"' },
    produce: (res) => res.set('ETag', '"v1"').send('text'),
  },
  { name: 'an error that is thrown', express: true, produce: fail },
  {
    name: 'an error of an asynchronous handler',
    express: true,
    produce: (_res, req) => setImmediate(() => req.next(Object.assign(new Error('later'), { code: 'LATER' }))),
  },
]

/** A type that compression compresses. */
function typed(res: Any): Any {
  res.setHeader('Content-Type', 'text/plain')
  return res
}

function serverSentEvents(res: Any): void {
  res.setHeader('Content-Type', 'text/event-stream')
  res.setHeader('Cache-Control', 'no-cache')
  res.flushHeaders()
  res.write('data: 1\n\n')
  setImmediate(() => res.end('data: 2\n\n'))
}

function trailers(res: Any): void {
  res.setHeader('Trailer', 'X-Checksum')
  res.write('text')
  res.addTrailers({ 'X-Checksum': 'abc' })
  res.end()
}

/** Writes as much as it may, and the rest on `drain`. */
function writeAll(res: Any, chunks: readonly Buffer[] = MEGABYTES): void {
  const [first, ...rest] = chunks
  if (first === undefined) res.end()
  else if (res.write(first)) writeAll(res, rest)
  else res.once('drain', () => writeAll(res, rest))
}

function fail(): never {
  throw Object.assign(new Error('thrown'), { code: 'THROWN' })
}
