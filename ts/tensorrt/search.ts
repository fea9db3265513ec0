/** Where TensorRT is looked for, best first: the folder that was named, TENSORRT_ROOT, our store, the system, Python. */

import { dirname, isAbsolute, join } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'
import type { Store } from '../store/index.js'
import { compareVersions, flavourFiles, flavourNames, type Flavour } from './flavours.js'
import { librariesIn, type FoundLibrary } from './folder.js'
import { sitePackages } from './python.js'
import { systemFolders } from './system.js'

export type Place = 'option' | 'TENSORRT_ROOT' | 'store' | 'system' | 'python'

export interface PlacedLibrary extends FoundLibrary {
  readonly place: Place
}

export interface TensorrtSearch {
  /** Best first, of both flavours, those that are not used among them. */
  readonly libraries: readonly PlacedLibrary[]
  /** Every folder that was looked at. */
  readonly folders: readonly string[]
}

export interface SearchOptions {
  /** Absolute folder: nowhere else is looked then. */
  readonly folder?: string | undefined
  /** Python, which takes longer to ask than all the rest, is asked only where none of this flavour was found before. */
  readonly flavour?: Flavour | undefined
  /** The CUDA version of the driver, where there is a GPU: libraries that need a newer one are not used. */
  readonly cuda?: string | undefined
}

/** Below TENSORRT_ROOT: of the tar file, of RPM, of Debian, or the folder itself. */
const rootFolders = ['lib', 'lib64', 'lib/x86_64-linux-gnu', '.']

/** The fact of an entry of the store that says which CUDA its libraries need. */
export const cudaFact = 'cuda'

/** Rejects with ERR_ARGUMENT where a folder is relative, or with an ERR_STORE… of the store. */
export async function searchTensorrt(
  store: Store,
  { folder, flavour, cuda }: SearchOptions = {},
): Promise<TensorrtSearch> {
  if (folder !== undefined) return look([{ place: 'option', folders: [absolute('library', folder)] }])
  const root = process.env.TENSORRT_ROOT
  const named = root ? rootFolders.map((name) => join(absolute('TENSORRT_ROOT', root), name)) : []
  const first = await look([
    { place: 'TENSORRT_ROOT', folders: named },
    ...(await storePlaces(store, cuda)),
    { place: 'system', folders: await systemFolders() },
  ])
  if (first.libraries.some((one) => !one.fault && (flavour === undefined || one.flavour === flavour))) return first
  const last = await look([{ place: 'python', folders: await sitePackages() }])
  return { libraries: [...first.libraries, ...last.libraries], folders: [...first.folders, ...last.folders] }
}

/** What a library is picked for. */
export interface Wanted {
  readonly flavour?: Flavour | undefined
  /** Building takes the ONNX parser too. */
  readonly withParser?: boolean
}

/**
 * The first that can be used, where one that cannot is not passed over in silence if the caller named its place.
 * @throws ERR_LIBRARY_MISSING, or ERR_LIBRARY_LOAD
 */
export function pickLibrary({ libraries, folders }: TensorrtSearch, wanted: Wanted = {}): PlacedLibrary {
  const { flavour, withParser = false } = wanted
  const faultOf = ({ fault, parserFault }: PlacedLibrary): PdfnetError | undefined =>
    fault ?? (withParser ? parserFault : undefined)
  const candidates = libraries.filter((one) => flavour === undefined || one.flavour === flavour)
  const isNamed = ({ place }: PlacedLibrary): boolean => place === 'option' || place === 'TENSORRT_ROOT'
  const library = candidates.find((one) => !faultOf(one) || isNamed(one)) ?? candidates[0]
  const fault = library && faultOf(library)
  if (fault) throw fault
  if (library) return library
  const name = flavour === undefined ? 'TensorRT' : flavourNames[flavour]
  // A folder that was named is the only one; of a search everywhere the details hold the list.
  const [only] = folders
  const where = folders.length === 1 && only ? only : "TENSORRT_ROOT, the store, the system or Python's packages"
  throw new PdfnetError('ERR_LIBRARY_MISSING', `${name} was not found in ${where}`, {
    remedy: 'Run: npx pdfnet-trt setup tensorrt, or name the folder of its libraries',
    details: { folders },
  })
}

interface Where {
  readonly place: Place
  readonly folders: readonly string[]
  /** Why the libraries there are not used. */
  readonly fault?: PdfnetError
}

async function look(places: readonly Where[]): Promise<TensorrtSearch> {
  const seen = new Set<string>()
  const libraries: PlacedLibrary[] = []
  for (const { place, folders, fault } of places) {
    for (const found of (await Promise.all(folders.map(librariesIn))).flat()) {
      if (!seen.has(found.library)) libraries.push({ ...found, ...(fault && { fault }), place })
      seen.add(found.library)
    }
  }
  return { libraries, folders: places.flatMap((where) => where.folders) }
}

/** Folders of our store that hold a TensorRT, whatever brought it there; those for the newest CUDA first. */
async function storePlaces(store: Store, driver: string | undefined): Promise<readonly Where[]> {
  const isLibrary = (file: string): boolean =>
    Object.values(flavourFiles).some(({ library }) => file.startsWith(`${library}.`))
  const places = (await store.list('libraries')).flatMap(({ entry }) => {
    const file = Object.keys(entry?.files ?? {}).find(isLibrary)
    if (!entry || file === undefined) return []
    return [{ folder: dirname(entry.file(file)), cuda: String(entry.facts[cudaFact] ?? '0') }]
  })
  return places
    .sort((one, other) => compareVersions(other.cuda, one.cuda))
    .map(({ folder, cuda }) => {
      const isTooNew = driver !== undefined && compareVersions(cuda, driver) > 0
      return { place: 'store', folders: [folder], ...(isTooNew && { fault: driverTooOld(folder, cuda, driver) }) }
    })
}

function driverTooOld(what: string, cuda: string, driver: string): PdfnetError {
  return new PdfnetError('ERR_DRIVER_OLD', `${what} is not used: it needs CUDA ${cuda}, the driver has ${driver}`, {
    remedy: 'Run: npx pdfnet-trt setup tensorrt, which brings one for this driver; or update the NVIDIA driver',
    details: { cuda, driver },
  })
}

function absolute(name: string, path: string): string {
  if (!isAbsolute(path) || path.includes('\0')) throw badArgument(name, 'an absolute path', path)
  return path
}
