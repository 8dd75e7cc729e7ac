import type { ExperimentName } from '../../outcome.js'

/** Completes "Choose it when ...": why somebody would care for the outcome of an experiment. */
export const MATTERS: Readonly<Record<ExperimentName, string>> = {
  'app-restart': 'people must stay signed in when the app restarts',
  'store-restart': 'nobody must be signed out when a store restarts',
  'store-down': 'the app must go on while a store is down',
  'store-slow': 'a slow store must not make pages slow',
  'instance-killed': 'instances come and go behind a proxy without stickiness',
  'rolling-deploy': 'keys change while the app runs',
  'parallel-writes': 'two requests change the session at once, and no change may be lost',
  'late-response': 'a log-out must stand even if an older response arrives after it',
  'stolen-cookie': 'a stolen cookie must be worthless once its owner logs out',
  'log-out-everywhere': 'users must be able to log out everywhere with little work in the app',
  'session-of-3-kb': 'sessions grow to 3 KB',
  'session-of-10-kb': 'sessions grow beyond what a cookie holds, such as to 10 KB',
  'one-field-of-2.5-kb': 'large sessions change often',
  'page-of-ten': 'pages make many requests at once, which change the session',
}

/** The same for what was measured, by the topic's id. Only for some, as a few topics say the same. */
export const MEASURED_MATTERS: Readonly<Record<string, string>> = {
  'requests.read': 'each server should answer as many requests as it can',
  'http1.write': 'you pay or wait for every byte between browser and app',
  'http2.read': 'bytes matter, but requests come over HTTP/2 and only read the session',
  memory: 'memory must not grow with the number of people who are signed in',
  'first-answer': 'a new process must answer at once',
}
