import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The specs that take a second or more where others take milliseconds: random ones, and all the ways to answer. */
const DEAR = /\/spec\/(http\/matrix|device\/thief|properties\/\w+)\.spec\.ts$/
/** Those of the middleware as a whole. */
const WHOLE = /\/spec\/[\w-]+\.spec\.ts$/

/**
 * A mutant is dead at the first failure: most die in the specs of their own folder, the most of the others in those of
 * the whole, and only a few in the dear ones.
 */
export class DearestLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rankOf(a) - rankOf(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const own = process.env['FIRST_SPECS']?.split(',') ?? []
  if (DEAR.test(moduleId)) return 3
  if (own.some((folder) => moduleId.includes(`/spec/${folder}/`))) return 0
  return WHOLE.test(moduleId) ? 1 : 2
}
