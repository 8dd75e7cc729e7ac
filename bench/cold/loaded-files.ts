/**
 * Loaded before a script, lists in the end the URLs of all files that were loaded as a module, on file descriptor 3.
 * The debugger knows each of them, ECMAScript or CommonJS, and however late and from wherever it was imported.
 */
import { writeSync } from 'node:fs'
import { type Debugger, Session } from 'node:inspector'
import { pathToFileURL } from 'node:url'

const files = new Set<string>()
const debug = new Session()
debug.connect()
debug.on('Debugger.scriptParsed', ({ params: { url } }: { params: Debugger.ScriptParsedEventDataType }) => {
  if (url.startsWith('file:')) files.add(url)
  else if (url.startsWith('/')) files.add(pathToFileURL(url).href)
})
debug.post('Debugger.enable')

process.on('exit', () => {
  files.delete(import.meta.url)
  writeSync(3, JSON.stringify([...files]))
})
