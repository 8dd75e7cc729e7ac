import '../measure/options.js'

// One after the other: modules that are imported side by side run at the same time where they wait for something.
await import('./seal-open.js')
await import('./middleware.js')
