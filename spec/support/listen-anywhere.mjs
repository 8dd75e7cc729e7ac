// Loaded before an example of the README: whatever port it asks for, it gets a free one of loopback and tells it.
import { Server } from 'node:net'

const { listen } = Server.prototype
Server.prototype.listen = function listenAnywhere(...args) {
  const callback = args.find((argument) => typeof argument === 'function')
  return listen.call(this, 0, '127.0.0.1', () => {
    console.log(`listening on ${this.address().port}`)
    callback?.()
  })
}
