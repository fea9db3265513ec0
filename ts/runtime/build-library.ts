/** The TensorRT that builds an engine: found as a pair of library and parser, and asked what it is. */

import { lstat, readdir, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'
import { Store } from '../store/index.js'
import { dotted, flavourNames, flavourOf, type Flavour } from './build-messages.js'
import { runBuildProgram } from './build-process.js'

/** Absolute real paths of files of one version. */
export interface LibraryFiles {
  readonly library: string
  readonly parser: string
}

export interface BuildLibrary extends LibraryFiles {
  readonly flavour: Flavour
  /** Full: `1.7.1`. */
  readonly version: string
  /** Of Enterprise: the GPU that it builds on and for. */
  readonly gpu?: { readonly name: string; readonly computeCapability: string }
}

const libraryNames = [
  { flavour: 'rtx', library: 'libtensorrt_rtx.so', parser: 'libtensorrt_onnxparser_rtx.so' },
  { flavour: 'enterprise', library: 'libnvinfer.so', parser: 'libnvonnxparser.so' },
] as const

const systemFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/local/lib']

/**
 * Finds the library and asks it for its version.
 * @param folder absolute; by default the first that has what is needed
 * @throws ERR_LIBRARY_MISSING, ERR_LIBRARY_LOAD, ERR_ARGUMENT or ERR_ABORTED
 */
export async function findBuildLibrary(folder?: string, signal?: AbortSignal): Promise<BuildLibrary> {
  const files = folder === undefined ? await searchFolders() : await searchFolder(folder)
  if (files instanceof PdfnetError) throw files
  const report = await runBuildProgram(['library', files.library, 'probe'], { subject: files.library, signal })
  const found = report.library
  if (!found) throw new PdfnetError('ERR_LIBRARY_LOAD', `${files.library} does not say its version`)
  const { gpu, computeCapability } = found
  return {
    ...files,
    flavour: flavourOf(found),
    version: dotted(found.version),
    ...(gpu !== undefined && computeCapability !== undefined && { gpu: { name: gpu, computeCapability } }),
  }
}

async function searchFolders(): Promise<LibraryFiles | PdfnetError> {
  const root = process.env.TENSORRT_ROOT
  if (root !== undefined && !isAbsolute(root)) throw badArgument('TENSORRT_ROOT', 'an absolute path', root)
  const folders = [...(root === undefined ? [] : [join(root, 'lib')]), ...(await storeFolders()), ...systemFolders]
  const reasons: string[] = []
  for (const folder of folders) {
    const found = await searchFolder(folder)
    if (!(found instanceof PdfnetError)) return found
    // A library that is there and cannot be used is not passed over in silence.
    if (found.code !== 'ERR_LIBRARY_MISSING') return found
    reasons.push(folder)
  }
  return new PdfnetError('ERR_LIBRARY_MISSING', `TensorRT was not found in ${reasons.join(', ')}`, {
    remedy: 'Run: npx pdfnet-trt setup tensorrt, or name the folder of its libraries',
  })
}

/** The newest library in the folder, with the parser of its version; or why there is none. */
async function searchFolder(folder: string): Promise<LibraryFiles | PdfnetError> {
  const names = await readdir(folder).catch(() => [])
  for (const { library, parser } of libraryNames) {
    const [newest] = await versionsOf(folder, names, library)
    if (!newest) continue
    const parsers = await versionsOf(folder, names, parser)
    const match = parsers.find(({ version }) => version === newest.version)
    if (match) return trusted({ library: newest.path, parser: match.path })
    const others = parsers.map(({ version }) => version).join(', ')
    const why =
      others === '' ? `its ONNX parser, ${parser}, is not beside it` : `its ONNX parser is of version ${others}`
    return new PdfnetError('ERR_LIBRARY_LOAD', `${newest.path} cannot build engines: ${why}`, {
      remedy: 'Install the library and its ONNX parser in one version',
    })
  }
  const files = libraryNames.map(({ library }) => library).join(' or ')
  return new PdfnetError('ERR_LIBRARY_MISSING', `there is no ${files} in ${folder}`, {
    remedy: 'Run: npx pdfnet-trt setup tensorrt, or name the folder of its libraries',
  })
}

interface VersionedFile {
  readonly path: string
  /** Of the file that links lead to. */
  readonly version: string
}

/** Newest first. */
async function versionsOf(folder: string, names: readonly string[], base: string): Promise<readonly VersionedFile[]> {
  const matching = names.filter((name) => name.startsWith(`${base}.`) && /^[\d.]+$/.test(name.slice(base.length + 1)))
  const files = await Promise.all(matching.map((name) => realpath(join(folder, name)).catch(() => undefined)))
  return [...new Set(files)]
    .filter((path) => path !== undefined)
    .map((path) => ({ path, version: path.slice(path.indexOf('.so.') + 4) }))
    .sort((one, other) => compareVersions(other.version, one.version))
}

export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number))
  const at = a!.findIndex((number, index) => number !== (b![index] ?? 0))
  return at < 0 ? a!.length - b!.length : a![at]! - (b![at] ?? 0)
}

/** A library is code: whoever can write to its folder, or to one above it, could have put another there. */
async function trusted(files: LibraryFiles): Promise<LibraryFiles | PdfnetError> {
  for (const file of Object.values(files) as string[]) {
    for (let path = file; ; path = dirname(path)) {
      const { mode, uid } = await lstat(path)
      const isSticky = path !== file && path !== dirname(file) && (mode & 0o1000) !== 0
      const why =
        uid !== 0 && uid !== process.getuid!()
          ? `belongs to another user (id ${uid})`
          : (mode & 0o022) !== 0 && !isSticky
            ? 'may be written to by others'
            : undefined
      if (why !== undefined) {
        return new PdfnetError('ERR_LIBRARY_LOAD', `${file} is not used: ${path} ${why}`, {
          remedy: `Run: chmod go-w '${path}', or use a copy of your own`,
          details: { library: file, folder: path },
        })
      }
      if (path === dirname(path)) break
    }
  }
  return files
}

/** Folders of our store that hold a TensorRT, whatever brought it there. */
async function storeFolders(): Promise<readonly string[]> {
  const store = await Store.open()
  return (await store.list()).flatMap(({ kind, entry }) => {
    if (kind !== 'libraries' || !entry) return []
    const isLibrary = (file: string): boolean => libraryNames.some(({ library }) => file.startsWith(`${library}.`))
    const file = Object.keys(entry.files).find(isLibrary)
    return file === undefined ? [] : [dirname(entry.file(file))]
  })
}

/** For messages: `TensorRT-RTX 1.7.1`. */
export function libraryName({ flavour, version }: Pick<BuildLibrary, 'flavour' | 'version'>): string {
  return `${flavourNames[flavour]} ${version}`
}
