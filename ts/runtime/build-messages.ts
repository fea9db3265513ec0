/** What the build program tells, a line of JSON each, and what its end means. */

import { isErrorCode, PdfnetError, type ErrorCode } from '../errors.js'
import { installAll, libraryName, type Flavour } from '../tensorrt/index.js'

export type BuildMessage =
  | { readonly type: 'phase'; readonly name: string }
  | { readonly type: 'log'; readonly severity: 'error' | 'warning' | 'info'; readonly text: string }
  | LibraryMessage
  | ProblemMessage
  | BuiltMessage
  | { readonly type: 'failed'; readonly code: string; readonly message: string }

export interface LibraryMessage {
  readonly type: 'library'
  readonly abi: 'trt10' | 'trt11' | 'rtx'
  /** 110201 is 11.2.1. */
  readonly version: number
  /** Of Enterprise, where there is a GPU. */
  readonly gpu?: string
  readonly computeCapability?: string
}

export interface ProblemMessage {
  readonly type: 'problem'
  readonly unsupported: 0 | 1
  /** −1: the whole file. */
  readonly node: number
  readonly name: string
  readonly operator: string
  readonly description: string
}

export interface BuiltMessage {
  readonly type: 'built'
  readonly planBytes: number
  readonly milliseconds: number
  readonly peakRssBytes: number
}

const keptLines = 40
const keptProblems = 20

/** Collects the messages of one run of the program. */
export class BuildReport {
  phase = 'Starting'
  library: LibraryMessage | undefined
  built: BuiltMessage | undefined
  private failure: { readonly code: string; readonly message: string } | undefined
  private readonly problems: ProblemMessage[] = []
  private readonly lines: string[] = []
  private readonly largest = new Map<string, number>()

  add(message: BuildMessage): void {
    switch (message.type) {
      case 'phase':
        this.phase = message.name
        break
      case 'log':
        this.log(message.severity, message.text)
        break
      case 'library':
        this.library = message
        break
      case 'problem':
        this.problems.push(message)
        break
      case 'built':
        this.built = message
        break
      case 'failed':
        this.failure = message
    }
  }

  /** The largest figure of a line such as `Total Activation Memory: 142606336 bytes`: there is one for each profile. */
  bytesOf(name: string): number | undefined {
    return this.largest.get(name)
  }

  /**
   * The error of a run that ended without what was wanted.
   * @param subject what was built, for the message
   * @param end how the process ended: a signal's name, or its status
   */
  error(subject: string, end: string, standardError: string): PdfnetError {
    const details = { log: this.lines, ...(standardError !== '' && { standardError }) }
    if (this.failure && this.problems.some(({ unsupported }) => unsupported)) {
      const { text, operators } = this.unsupported()
      return new PdfnetError('ERR_ONNX_OPERATOR', `${subject}: ${this.libraryName()} does not support ${text}`, {
        details: { operators, problems: this.problems.slice(0, keptProblems), ...details },
        remedy: 'Export the model with operators that TensorRT has: floating point, not dynamically quantised',
      })
    }
    const unloadable = this.failure && unloadableIn(this.failure.message)
    if (unloadable) {
      const { file, why } = unloadable
      const message = `${subject}: ${this.libraryName()} builds engines for this GPU with ${file}, which cannot be loaded: ${why}`
      const remedy = why.includes('No such file') ? installAll : 'Install another version of TensorRT, all of it'
      return new PdfnetError('ERR_LIBRARY_LOAD', message, { details: { file, ...details }, remedy })
    }
    if (this.failure) {
      const code: ErrorCode = isErrorCode(this.failure.code) ? this.failure.code : 'ERR_ENGINE_BUILD'
      const problem = this.problems[0]
      const where = problem && problem.node >= 0 ? `node ${problem.node} (${problem.operator} ${problem.name}): ` : ''
      return new PdfnetError(code, `${subject}: ${where}${this.failure.message}`, { details })
    }
    // Nobody else ends it in this way without being asked.
    if (end === 'SIGKILL') {
      return new PdfnetError('ERR_MEMORY', `${subject}: the system ended the build, most likely for lack of memory`, {
        details,
        remedy: 'Free some memory, or build on a machine with more of it',
      })
    }
    const last = this.lines.at(-1)
    const after = last === undefined ? '' : `, after: ${last}`
    return new PdfnetError('ERR_ENGINE_BUILD', `${subject}: the build program ended with ${end}${after}`, { details })
  }

  private log(severity: string, text: string): void {
    this.lines.push(`${severity}: ${text}`)
    if (this.lines.length > keptLines) this.lines.shift()
    const [, name, bytes] = /(Total \w+ Memory): (\d+) bytes/.exec(text) ?? []
    if (name !== undefined) this.largest.set(name, Math.max(this.largest.get(name) ?? 0, Number(bytes)))
  }

  private unsupported(): { readonly text: string; readonly operators: Readonly<Record<string, number>> } {
    const nodes = new Map<string, ProblemMessage[]>()
    for (const problem of this.problems) nodes.set(problem.operator, [...(nodes.get(problem.operator) ?? []), problem])
    const operators = Object.fromEntries([...nodes].map(([operator, { length }]) => [operator, length]))
    const text = [...nodes].sort().map(([operator, [first, ...more]]) => {
      const why = first!.description === 'false' || first!.description === '' ? '' : `: ${first!.description}`
      return `${operator} (node ${first!.name}${more.length === 0 ? '' : ` and ${more.length} more`}${why})`
    })
    return { text: text.join(', '), operators }
  }

  private libraryName(): string {
    if (!this.library) return 'TensorRT'
    return libraryName({ flavour: flavourOf(this.library), version: dotted(this.library.version) })
  }
}

/** What TensorRT says, in words only, where a file that it loads by name is not found or cannot be loaded. */
function unloadableIn(message: string): { readonly file: string; readonly why: string } | undefined {
  const [, file, why] =
    /Unable to load library: (lib[\w.+-]+): (?:\1: )?(.+?)(?: In \w+ at \S+)?\)?\s*$/.exec(message) ?? []
  return file === undefined || why === undefined ? undefined : { file, why }
}

export function flavourOf({ abi }: LibraryMessage): Flavour {
  return abi === 'rtx' ? 'rtx' : 'enterprise'
}

/** 110201 → 11.2.1 */
export function dotted(version: number): string {
  return [Math.floor(version / 10000), Math.floor(version / 100) % 100, version % 100].join('.')
}
