// Starts the demo, asks for its page, and interrupts it as Ctrl+C does: as a newcomer does, and without npm around it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

// npm says in its own way that it was interrupted; what the demo itself says is seen without it.
assert.deepEqual(await startAndStop('npm', ['start']), [null, 'SIGINT'])
assert.deepEqual(await startAndStop(process.execPath, ['--import', 'tsx', 'bench/playground/server.ts']), [0, null])
console.log('served its page and ended cleanly')

async function startAndStop(command, args) {
  // A process group of its own, because Ctrl+C reaches every process of one.
  const demo = spawn(command, args, {
    detached: true,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(demo, 'exit')
  const origin = await Promise.race([originOf(demo), exited.then(() => undefined)])
  assert(origin, `${command} ${args.join(' ')} ended before it printed its URL`)

  const page = await fetch(origin)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<form/)

  process.kill(-demo.pid, 'SIGINT')
  const how = await exited
  assert(await hasEnded(origin), 'it still serves')
  return how
}

/** npm may be gone a moment before what it started. */
async function hasEnded(origin) {
  for (let times = 0; times < 50; times++) {
    const response = await fetch(origin).catch(() => undefined)
    if (response === undefined) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

function originOf(demo) {
  return new Promise((resolve) => {
    let output = ''
    demo.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text)
      output += text
      const [origin] = /http:\/\/[^\s/]+/.exec(output) ?? []
      if (origin) resolve(origin)
    })
  })
}
