/**
 * Specs that `npm test` has no time for, as it is to take less than two minutes on two cores: `npm run test:long` runs
 * them, and CI both.
 */
export const LONG: readonly string[] = [
  'spec/device/stolen.spec.ts',
  'spec/http/matrix.spec.ts',
  'spec/package/memory.spec.ts',
  'spec/package/package.spec.ts',
]
