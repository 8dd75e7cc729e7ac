import { Refusal } from '../refusal.js'
import { called, type Plan } from './deed.js'

/** A new id and no data: nobody can have planted the session that somebody logs in to. */
export const logIn: Plan = (fields) => {
  const name = fields('name').trim()
  if (name === '') throw new Refusal('Please give a name to log in with.')
  return {
    title: `Logged in as ${shortened(name)}`,
    async perform(req) {
      await called((done) => req.session.regenerate(done))
      req.session['user'] = name
    },
  }
}

export const logOut: Plan = () => ({
  title: 'Logged out',
  perform: (req) => called((done) => req.session.destroy(done)),
})

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name
}
