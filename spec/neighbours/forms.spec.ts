import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type express from 'express'
import { body, validationResult } from 'express-validator'
import multer from 'multer'
import type { Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import { appWith, EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()

/** Submits a form as browsers do unless told otherwise. */
function submit(browser: Browser, path: string, fields: object): Promise<Response> {
  return browser.post(path, fields, { 'Content-Type': 'application/x-www-form-urlencoded' })
}

/** Submits a form with a file in it. */
async function upload(browser: Browser, path: string, file: Uint8Array, fields: object = {}): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  form.set('photo', new Blob([file as Uint8Array<ArrayBuffer>]), 'cat.png')
  const encoded = new Request('http://app.test', { method: 'POST', body: form })
  const headers = { 'Content-Type': encoded.headers.get('content-type') as string }
  return browser.post(path, Buffer.from(await encoded.arrayBuffer()), headers)
}

const RULES = [
  body('email').isEmail().withMessage('Not an e-mail address'),
  body('address.city').notEmpty().withMessage('Where do you live?'),
]

describe.each(EXPRESSES)('a form that is validated by express-validator on %s', (_name, create) => {
  /** What of a refused form is kept for the page after the redirect. */
  const KEPT: Record<string, (req: express.Request) => unknown> = {
    all: (req) => ({ errors: validationResult(req).mapped(), values: req.body }),
    messages: (req) => ({
      errors: validationResult(req)
        .formatWith(({ msg }) => msg)
        .mapped(),
    }),
    result: (req) => validationResult(req),
  }
  const app = appWith(
    (inner) => {
      inner.use(create.urlencoded({ extended: true }))
      inner.get('/signup', (req: Any, res) => {
        res.locals['form'] = req.session.form ?? null
        delete req.session.form
        res.json(res.locals['form'])
      })
      inner.post('/signup/:kept', RULES, (req: Any, res: express.Response) => {
        if (validationResult(req).isEmpty()) {
          req.session.email = req.body.email
          return res.redirect(303, '/welcome')
        }
        req.session.form = KEPT[req.params.kept]?.(req)
        res.redirect(303, '/signup')
      })
      inner.get('/welcome', (req: Any, res) => void res.json(req.session.email ?? null))
      inner.post('/preferences', (req, res) => {
        Object.assign(req.session, req.body)
        res.redirect(303, '/welcome')
      })
    },
    {},
    create,
  )
  const visit = () => new Browser(app)
  const BAD = { email: 'Zoë', address: { city: '', street: 'Hauptstraße 1' } }
  const GOOD = { email: 'zoe@example.com', address: { city: 'Köln' } }

  it('shows errors and values on the page after the redirect, once, and then the cookie goes with them', async () => {
    const browser = visit()
    const { status, headers } = await submit(browser, '/signup/all', BAD)
    expect([status, headers['location']]).toEqual([303, '/signup'])
    expect((await browser.get('/signup')).body).toEqual({
      errors: {
        email: { type: 'field', location: 'body', path: 'email', value: 'Zoë', msg: 'Not an e-mail address' },
        'address.city': { type: 'field', location: 'body', path: 'address.city', value: '', msg: 'Where do you live?' },
      },
      values: BAD,
    })
    expect(browser.jar.size).toBe(0)
    expect((await browser.get('/signup')).body).toBeNull()
    expect(warnings.codes()).toEqual([])
  })

  it('takes the corrected form, and what the session held before is still there', async () => {
    const browser = visit()
    await submit(browser, '/signup/all', GOOD)
    await submit(browser, '/signup/all', BAD)
    await browser.get('/signup')
    expect((await browser.get('/welcome')).body).toBe('zoe@example.com')
    const corrected = await submit(browser, '/signup/all', { ...GOOD, email: 'zoe@example.org' })
    expect(corrected.headers['location']).toBe('/welcome')
    expect((await browser.get('/welcome')).body).toBe('zoe@example.org')
  })

  it('is an error and no redirect if what a visitor typed does not fit, and the session stays what it was', async () => {
    const browser = visit()
    await submit(browser, '/signup/all', GOOD)
    const { status, headers, body: answer } = await submit(browser, '/signup/all', { email: 'x'.repeat(2000) })
    expect([status, headers['location']]).toEqual([500, undefined])
    expect(answer).toMatchObject({ code: 'ERR_SESSION_OVERFLOW' })
    expect(answer.message).toContain('Its largest keys are form')
    expect((await browser.get('/signup')).body).toBeNull()
    expect((await browser.get('/welcome')).body).toBe('zoe@example.com')
  })

  it('fits whatever a visitor typed if messages are kept only', async () => {
    const browser = visit()
    expect((await submit(browser, '/signup/messages', { email: 'x'.repeat(9000) })).status).toBe(303)
    expect((await browser.get('/signup')).body).toEqual({
      errors: { email: 'Not an e-mail address', 'address.city': 'Where do you live?' },
    })
  })

  it("keeps no methods of the validator's result, and a warning says so", async () => {
    const browser = visit()
    await submit(browser, '/signup/result', { ...GOOD, email: 'Zoë' })
    expect(warnings.messages()).toEqual([
      'session.form is an instance of Result and comes back as a plain object (POST /signup/:kept): store a plain object',
    ])
    const { body: form } = await browser.get('/signup')
    expect(form).toMatchObject({ errors: [{ msg: 'Not an e-mail address' }] })
  })

  it.each(['save', 'cookie', 'id'])('cannot replace a member of the session with a field named %s', async (name) => {
    const browser = visit()
    const response = await submit(browser, '/preferences', { email: 'zoe@example.com', [name]: 'x' })
    expect(response.body).toMatchObject({ code: 'ERR_SESSION_RESERVED' })
    expect(response.body.message).toContain(`"${name}"`)
  })

  it('can have fields of any name as long as they are kept under one key', async () => {
    const browser = visit()
    const fields = { save: '1', cookie: '2', constructor: '3' }
    await submit(browser, '/signup/all', fields)
    expect((await browser.get('/signup')).body.values).toEqual(fields)
  })
})

describe.each(EXPRESSES)('a file that is uploaded through multer on %s', (_name, create) => {
  const receive = multer({ storage: multer.memoryStorage(), limits: { fileSize: 1_000_000 } }).single('photo')
  const app = appWith(
    (inner) => {
      inner.use((req: Any, _res, next) => {
        if (req.method === 'POST') req.session.attempts = (req.session.attempts ?? 0) + 1
        next()
      })
      inner.post('/photo', receive, async (req: Any, res) => {
        await turn()
        const digest = createHash('sha256').update(req.file.buffer).digest('base64url')
        req.session.photo = { name: req.file.originalname, size: req.file.size, digest, caption: req.body.caption }
        res.redirect(303, '/session')
      })
      inner.post('/whole', receive, (req: Any, res) => {
        req.session.photo = req.file
        res.redirect(303, '/session')
      })
      inner.get('/session', (req, res) => void res.json(req.session))
    },
    {},
    create,
  )
  const visit = () => new Browser(app)
  /** As many bytes as arrive in several pieces. */
  const PHOTO = new Uint8Array(300_000).fill(7)

  it('is followed by a session that is written when all of it has arrived', async () => {
    const browser = visit()
    const response = await upload(browser, '/photo', PHOTO, { caption: 'Zoë' })
    expect(response.headers['location']).toBe('/session')
    const digest = createHash('sha256').update(PHOTO).digest('base64url')
    const photo = { name: 'cat.png', size: PHOTO.length, digest, caption: 'Zoë' }
    expect((await browser.get('/session')).body).toEqual({ attempts: 1, photo })
  })

  it('that is too large is an error of multer, and what was written to the session before is kept', async () => {
    const browser = visit()
    await upload(browser, '/photo', PHOTO)
    const response = await upload(browser, '/photo', new Uint8Array(1_000_001))
    expect(response.body).toEqual({ code: 'LIMIT_FILE_SIZE', message: 'File too large' })
    expect((await browser.get('/session')).body).toMatchObject({ attempts: 2, photo: { size: PHOTO.length } })
  })

  it('does not fit into the session itself: an error and no redirect, and the session stays what it was', async () => {
    const browser = visit()
    await upload(browser, '/photo', PHOTO)
    const response = await upload(browser, '/whole', PHOTO.subarray(0, 2000))
    expect([response.status, response.headers['location']]).toEqual([500, undefined])
    expect(response.body).toMatchObject({ code: 'ERR_SESSION_OVERFLOW' })
    expect(response.body.message).toContain('Its largest keys are photo')
    expect(setCookies(response)).toEqual([])
    expect((await browser.get('/session')).body).toMatchObject({ attempts: 1, photo: { size: PHOTO.length } })
  })

  it('comes back as what JSON makes of a Buffer if it does fit, and a warning says so', async () => {
    const browser = visit()
    await upload(browser, '/whole', PHOTO.subarray(0, 3))
    expect(warnings.messages()).toEqual([
      "session.photo.buffer is an instance of Buffer and comes back as what its toJSON returns (POST /whole): store buffer.toString('base64')",
    ])
    expect((await browser.get('/session')).body.photo.buffer).toEqual({ type: 'Buffer', data: [7, 7, 7] })
  })
})
