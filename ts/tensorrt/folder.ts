/** The TensorRT libraries in one folder: of which flavour and version, with which parser, and whether they can be used. */

import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { PdfnetError } from '../errors.js'
import { compareVersions, flavourFiles, flavourNames, type Flavour } from './flavours.js'
import { resourcesBeside, type BuilderResource } from './resources.js'
import { distrust } from './trust.js'

/** A library, whether or not it can be used. Paths are absolute and real. */
export interface FoundLibrary {
  readonly flavour: Flavour
  /** As its file is called: of some only the major, `11`. The library itself says the rest. */
  readonly version: string
  readonly library: string
  /** The ONNX parser of the same version, beside it. Without one plans can be run, but none built. */
  readonly parser?: string
  /** Of Enterprise, what it builds engines by. */
  readonly resources?: readonly BuilderResource[]
  /** ERR_LIBRARY_LOAD, why there is no parser. */
  readonly parserFault?: PdfnetError
  /** ERR_LIBRARY_LOAD, why it is not used at all. */
  readonly fault?: PdfnetError
}

const flavours: readonly Flavour[] = ['rtx', 'enterprise']

/** The newest first of each flavour. A folder that cannot be read holds none. */
export async function librariesIn(folder: string): Promise<readonly FoundLibrary[]> {
  const names = await readdir(folder).catch(() => [])
  const found = flavours.map(async (flavour) => {
    const { library, parser } = flavourFiles[flavour]
    const libraries = await versionsOf(folder, names, library)
    const parsers = libraries.length === 0 ? [] : await versionsOf(folder, names, parser)
    return Promise.all(libraries.map((one) => describe(flavour, one, parsers)))
  })
  return (await Promise.all(found)).flat()
}

interface VersionedFile {
  readonly path: string
  /** Of the file that links lead to. */
  readonly version: string
}

/** Newest first. */
async function versionsOf(folder: string, names: readonly string[], base: string): Promise<readonly VersionedFile[]> {
  const matching = names.filter(
    (name) => name.startsWith(`${base}.`) && /^\d+(\.\d+)*$/.test(name.slice(base.length + 1)),
  )
  const files = await Promise.all(matching.map((name) => realpath(join(folder, name)).catch(() => undefined)))
  return [...new Set(files)]
    .filter((path) => path !== undefined)
    .map((path) => ({ path, version: /\.so\.([\d.]+)$/.exec(path)?.[1] ?? '' }))
    .filter(({ version }) => version !== '')
    .sort((one, other) => compareVersions(other.version, one.version))
}

async function describe(
  flavour: Flavour,
  { path: library, version }: VersionedFile,
  parsers: readonly VersionedFile[],
): Promise<FoundLibrary> {
  const parser = parsers.find((one) => one.version === version)
  const resources = flavour === 'enterprise' ? await resourcesBeside(library, version) : undefined
  const files = [library, ...(parser ? [parser.path] : []), ...(resources ?? []).map(({ path }) => path)]
  const fault = (await untrusted(files)) ?? unsupported(flavour, library, version)
  const parserFault = parser ? undefined : lacksParser(flavour, library, parsers)
  return {
    flavour,
    version,
    library,
    ...(parser && { parser: parser.path }),
    ...(resources && { resources }),
    ...(parserFault && { parserFault }),
    ...(fault && { fault }),
  }
}

async function untrusted(files: readonly string[]): Promise<PdfnetError | undefined> {
  for (const file of files) {
    const reason = await distrust(file)
    if (!reason) continue
    return new PdfnetError('ERR_LIBRARY_LOAD', `${file} is not used: ${reason.path} ${reason.why}`, {
      remedy: `Run: chmod go-w '${reason.path}', or use a copy of your own`,
      details: { library: file, path: reason.path },
    })
  }
  return undefined
}

function unsupported(flavour: Flavour, library: string, version: string): PdfnetError | undefined {
  const { majors } = flavourFiles[flavour]
  if ((majors as readonly number[]).includes(Number.parseInt(version, 10))) return undefined
  const known = majors.map((major) => `${major}.x`).join(' and ')
  return new PdfnetError('ERR_LIBRARY_LOAD', `${library} is not used: of ${flavourNames[flavour]}, ${known} can be`, {
    remedy: 'Run: npx pdfnet-trt setup tensorrt',
    details: { library, version },
  })
}

function lacksParser(flavour: Flavour, library: string, parsers: readonly VersionedFile[]): PdfnetError {
  const others = parsers.map(({ version }) => version).join(', ')
  const { parser } = flavourFiles[flavour]
  const why = others === '' ? `its ONNX parser, ${parser}, is not beside it` : `its ONNX parser is of version ${others}`
  return new PdfnetError('ERR_LIBRARY_LOAD', `${library} cannot build engines: ${why}`, {
    remedy: 'Install the library and its ONNX parser in one version',
    details: { library },
  })
}
