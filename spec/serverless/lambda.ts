import express from 'express'
import session from '../../lib/index.js'

/** An app as a Lambda function would have it in a module of its own: all it is told is in the environment. */
export const app: express.Express = express()

app.set('trust proxy', 1)
app.use(session())
app.get('/login', (req, res) => {
  Object.assign(req.session, { user: 'Ada' })
  res.json(null)
})
app.get('/me', (req, res) => {
  res.json({ ...req.session })
})
