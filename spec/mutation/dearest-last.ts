import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The specs that take seconds where the others take milliseconds: all the ways to answer, and random ones. */
const DEAR = /spec\/(http\/matrix|properties\/\w+|migration)\.spec\.ts$/

/** A mutant is dead at the first failure: most die in the small specs of their own folder, long before the dear ones. */
export class DearestLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => costOf(a) - costOf(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

function costOf({ moduleId }: TestSpecification): number {
  if (DEAR.test(moduleId)) return 2
  return /spec\/\w+\/[^/]+\.spec\.ts$/.test(moduleId) ? 0 : 1
}
