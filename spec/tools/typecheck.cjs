/**
 * Type-checks many programs with one TypeScript, whose declarations of Node and of the language it parses once, and
 * prints an array of each one's diagnostics. It looks at the app and at the package's declarations, which is what
 * `skipLibCheck: false` adds.
 *
 *     node typecheck.cjs <folder of TypeScript> <programs as JSON: { file, options }[]>
 */
const { join } = require('node:path')

const [compiler, programs] = process.argv.slice(2)
const ts = require(compiler)
const parsed = new Map()

const results = JSON.parse(programs).map(({ file, options }) => {
  const { options: parsedOptions, errors } = ts.convertCompilerOptionsFromJson(options, process.cwd())
  const host = ts.createCompilerHost(parsedOptions)
  const { getSourceFile } = host
  host.getSourceFile = (name, how, ...rest) => {
    const key = JSON.stringify([name, typeof how === 'object' ? { ...how, jsDocParsingMode: 0 } : how])
    // What is bound is bound under the options of its program: only what those leave as it is may be shared.
    const shared = /[\\/]lib\.[\w.]+\.d\.ts$|[\\/]@types[\\/]node[\\/]/.test(name)
    if (!shared) return getSourceFile(name, how, ...rest)
    if (!parsed.has(key)) parsed.set(key, getSourceFile(name, how, ...rest))
    return parsed.get(key)
  }
  const program = ts.createProgram([join(process.cwd(), file)], parsedOptions, host)
  const looked = program.getSourceFiles().filter(({ fileName }) => {
    return (
      fileName.endsWith(file) || /\/(?:sealed-session|@types\/[a-z-]+-?(?:session|passport|pg-simple))\//.test(fileName)
    )
  })
  const found = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...looked.flatMap((one) => [...program.getSyntacticDiagnostics(one), ...program.getSemanticDiagnostics(one)]),
  ]
  return found.map((one) =>
    `${one.file?.fileName ?? ''} ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`.trim(),
  )
})
console.log(JSON.stringify(results))
