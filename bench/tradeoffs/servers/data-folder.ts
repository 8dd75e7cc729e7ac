import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const TMPFS = 0x01021994

/** Where servers keep their data: what a database confirms costs less where there is no disk to wait for. */
export function dataFolder(): 'in memory (tmpfs)' | 'on disk' {
  return statfsSync(tmpdir()).type === TMPFS ? 'in memory (tmpfs)' : 'on disk'
}
