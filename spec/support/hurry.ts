/**
 * With HURRY=1, the clock leaps at every look: it finds the specs that fail now and then, when a second ends between two
 * lines. Those that stop the clock do not notice.
 */
const { now } = Date
let leaps = 0
if (process.env['HURRY']) Date.now = () => now() + 350 * leaps++
