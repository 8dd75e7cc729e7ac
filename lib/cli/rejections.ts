import type { Rejection } from '../types.js'

/** What each reason means, and what to look at. */
export const REASONS: Readonly<Record<Rejection, string>> = {
  malformed: 'it is cut off, changed, or of another library (which --jwk-file opens)',
  'too-long': 'no browser sends one of more than 4096 characters',
  'missing-key': 'its kid names no key that may open now: give the keys of the app that sealed it',
  tampered:
    'its tag does not verify: it was changed, or sealed for a cookie of another name (--name) or by another key',
  future: 'it was sealed in the future: compare the clocks of the instances',
  absolute: 'it began longer ago than the absolute timeout (--absolute-timeout)',
  idle: 'it was unused for longer than the idle timeout (--idle-timeout)',
  expired: 'the end that was sealed into it has passed',
  ended: 'the session was ended before, as the logout guard beside it says',
  invalidated: 'validate did not let the session go on',
}
