import type { ExperimentName } from '../../outcome.js'

/** Completes "Choose it when ...": why somebody would care for the outcome of an experiment. */
export const MATTERS: Readonly<Record<ExperimentName, string>> = {
  'app-restart': 'people shall stay signed in when the app restarts',
  'store-restart': 'the restart of a store shall sign nobody out',
  'store-down': 'the app shall go on while a store is down',
  'store-slow': 'a slow store shall not make pages slow',
  'instance-killed': 'instances come and go behind a proxy without stickiness',
  'rolling-deploy': 'keys change while the app runs',
  'parallel-writes': 'two requests change the session at once, and no change may be lost',
  'late-response': 'logging out must hold, whatever answer comes late',
  'stolen-cookie': 'a stolen cookie must be worthless once its owner logs out',
  'log-out-everywhere': 'a user must be able to log out everywhere, with as little as possible to do for the app',
  'session-of-3-kb': 'sessions grow to 3 KB',
  'session-of-10-kb': 'sessions grow beyond what a cookie holds, such as to 10 KB',
  'one-field-of-2.5-kb': 'large sessions change often',
  'page-of-ten': 'pages make many requests at once, which change the session',
}

/** The same for what was measured, by the topic's id. Only for some, as a few topics say the same. */
export const MEASURED_MATTERS: Readonly<Record<string, string>> = {
  'requests.read': 'a server shall answer as many requests as it can',
  'http1.write': 'you pay or wait for every byte between browser and app',
  'http2.read': 'bytes matter, but requests come over HTTP/2 and only read the session',
  memory: 'memory shall not grow with the number of people who are signed in',
  'first-answer': 'a new process must answer at once',
}
