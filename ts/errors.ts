/** The catalogue of typed errors: every code, its kind (which sets the exit status), and what to do about it. */

/** Exit statuses of the command line, by the kind of what failed. */
export const exitCodes = {
  internal: 1,
  usage: 2,
  input: 3,
  output: 4,
  model: 5,
  device: 6,
  store: 7,
  network: 8,
  /** Some pictures of several failed; the others were done. */
  partial: 9,
  aborted: 130,
} as const

export type ErrorKind = keyof typeof exitCodes

interface CatalogueRow {
  readonly kind: ErrorKind
  /** When it is thrown. */
  readonly when: string
  /** What the reader can do about it, unless the place that throws knows better. */
  readonly remedy: string
}

const row = (kind: ErrorKind, when: string, remedy: string): CatalogueRow => ({ kind, when, remedy })

export const catalogue = {
  ERR_ARGUMENT: row(
    'usage',
    'An argument or option is not what was expected',
    'Pass what the message says was expected',
  ),
  ERR_DISPOSED: row('usage', 'A session or matting was used after dispose()', 'Open a new one'),
  ERR_QUEUE_FULL: row(
    'usage',
    'More runs wait than the queue holds',
    'Wait for some to finish, or open with a larger queue',
  ),
  ERR_DEADLINE: row(
    'usage',
    'A run could not start before its deadline',
    'Give it more time or a higher priority, or start fewer runs',
  ),
  ERR_ABORTED: row('aborted', 'The caller aborted the work', 'Start it again when it is wanted'),
  ERR_INTERNAL: row('internal', 'Something that should be impossible happened', 'Report it with the whole message'),

  ERR_INPUT_MISSING: row('input', 'There is no file or folder at that path', 'Check the path'),
  ERR_INPUT_READ: row('input', 'The file is there but cannot be read', 'Check its permissions and that it is a file'),
  ERR_INPUT_EMPTY: row('input', 'The picture has no bytes', 'Pass a whole picture'),
  ERR_INPUT_FORMAT: row(
    'input',
    'The bytes are not a picture in a known format',
    'Pass a JPEG, PNG, WebP, TIFF, GIF or AVIF',
  ),
  ERR_INPUT_REFUSED: row(
    'input',
    'The format is known and refused (SVG, PDF, HEIC)',
    'Convert it to PNG, JPEG or AVIF first',
  ),
  ERR_INPUT_CORRUPT: row(
    'input',
    'The picture is truncated or damaged',
    'Get the picture again from where it came from',
  ),
  ERR_INPUT_LIMIT: row(
    'input',
    'The picture is over a limit (pixels, side, bytes, time)',
    'Make it smaller, or raise the limit where an option sets it',
  ),

  ERR_INPUT_NO_VIDEO: row('input', 'The file holds no video, or none of it can be decoded', 'Pass a file with video'),
  ERR_INPUT_STALLED: row(
    'input',
    'The source of a video gave nothing for too long',
    'Check the disk or the network that it lies on',
  ),
  ERR_INPUT_DEPTH: row(
    'input',
    'A given depth map does not have its picture’s shape, or says nothing of depth',
    'Pass a map of the same view whose samples are finite and differ, or let the depth network make one',
  ),
  ERR_SUBJECT_MISSING: row(
    'input',
    'A picture was to be cropped to its subject, and it has none',
    'Use its matte without cropping, or leave the picture out',
  ),

  ERR_PAIR_MISSING: row(
    'input',
    'A truth, prediction, picture or depth has no partner of its name, or more than one',
    'Give both the same path below their folders; extensions may differ',
  ),
  ERR_PAIR_SIZE: row(
    'input',
    'A prediction or depth has another size than its truth',
    'Bring it to the size of the truth first',
  ),
  ERR_TRUTH_EMPTY: row(
    'input',
    'A truth has no object, so that recall and F are not defined',
    'Leave it out, or measure it as a matte',
  ),

  ERR_OUTPUT_WRITE: row(
    'output',
    'The result could not be written',
    'Check that the folder exists, is writable and has room',
  ),
  ERR_OUTPUT_FORMAT: row(
    'output',
    'The output format is unknown or cannot hold the result',
    'Use .png, .webp, .tiff, .avif, or .jpg without alpha',
  ),
  ERR_OUTPUT_CLASH: row(
    'output',
    'Two results, or a result and its input, would be the same file',
    'Give another output folder',
  ),

  ERR_MODEL_UNKNOWN: row('model', 'No model has that name', 'See: npx pdfnet-trt models list'),
  ERR_MODEL_MISSING: row('model', 'The weights are not in the store', 'Run: npx pdfnet-trt models add MODEL'),
  ERR_MODEL_MISMATCH: row(
    'model',
    'The weights are not those of that model',
    'Pass weights of the model that was named',
  ),
  ERR_MODEL_UNSUPPORTED: row(
    'model',
    'The model is known, but that cannot be done with it yet',
    'See what the message says can be done',
  ),
  ERR_CHECKPOINT_FORMAT: row(
    'model',
    'The file is not a checkpoint in a known format, or is truncated or damaged',
    'Get the file again, or save its state dict again with torch.save or as safetensors',
  ),
  ERR_CHECKPOINT_REFUSED: row(
    'model',
    'The checkpoint names a class or function that is not known to be data, or is past a limit that no weights reach',
    'If you trust it, load it in PyTorch and save its state_dict() alone with torch.save, or as safetensors',
  ),
  ERR_ONNX_FORMAT: row(
    'model',
    'The file is not ONNX, or is truncated or damaged',
    'Get the file again, or export it again',
  ),
  ERR_ONNX_OPERATOR: row(
    'model',
    'The graph uses operators that are not supported',
    'Export it with the operators of the standard ONNX domain',
  ),
  ERR_ONNX_EXTERNAL: row(
    'model',
    'External data lies outside the model folder or is not what was declared',
    'Put the data file beside the model',
  ),

  ERR_DEVICE_MISSING: row('device', 'The device that was named is not here', 'See: npx pdfnet-trt doctor'),
  ERR_DRIVER_OLD: row(
    'device',
    'The NVIDIA driver is too old for the library',
    'Update the NVIDIA driver to 580 or newer: https://www.nvidia.com/drivers',
  ),
  ERR_ADDON_LOAD: row(
    'device',
    'The native addon could not be loaded',
    'Use Linux x86-64 with glibc 2.28 or later, not musl (Alpine); in a clone run: npm run setup',
  ),
  ERR_FFMPEG_MISSING: row(
    'device',
    'ffmpeg or ffprobe was not found, or is too old',
    'Install FFmpeg 5.1 or later, or name its folder',
  ),
  ERR_FFMPEG_FAILED: row('device', 'ffmpeg failed, though nothing was wrong with what it was given', 'See the cause'),
  ERR_LIBRARY_MISSING: row('device', 'A library that the device needs was not found', 'Run: npx pdfnet-trt setup cpu'),
  ERR_LIBRARY_LOAD: row('device', 'A library was found but cannot be used', 'See: npx pdfnet-trt doctor'),
  ERR_ENGINE_OPEN: row('device', 'The library refused the graph', 'See the cause; export the model again'),
  ERR_ENGINE_BUILD: row(
    'device',
    'TensorRT could not build an engine from the graph',
    'See what the library said; export the model again, or try another version of the library',
  ),
  ERR_ENGINE_MISSING: row(
    'device',
    'An engine for this machine is not in the store, and none was to be built',
    'Run: npx pdfnet-trt build-engine MODEL',
  ),
  ERR_PLAN_REFUSED: row(
    'device',
    'An engine is damaged, of unknown origin, or for another GPU or library',
    'Build it again on this machine: npx pdfnet-trt build-engine',
  ),
  ERR_ENGINE_RUN: row('device', 'The library failed during a run', 'See the cause; see: npx pdfnet-trt doctor'),
  ERR_SELF_TEST: row(
    'device',
    'An engine gave wrong numbers in its self-test and is not used',
    'Report it with the output of: npx pdfnet-trt doctor --json',
  ),
  ERR_GPU_MEMORY: row(
    'device',
    'The GPU has not enough free memory; the session goes on',
    'Use less concurrency or a smaller batch, or free the GPU of other programs',
  ),
  ERR_GPU_LOST: row(
    'device',
    'An error of CUDA ended all work on the GPU in this process',
    'Start a new process; if it repeats, see the cause and the log of the driver (dmesg)',
  ),
  ERR_MEMORY: row('device', 'There is not enough memory for the work', 'Use a smaller picture or less concurrency'),

  ERR_STORE_TRUST: row(
    'store',
    'The store, or a folder on its path, could be changed by others',
    'Name a private folder in PDFNET_TRT_STORE',
  ),
  ERR_STORE_CORRUPT: row('store', 'An entry of the store is damaged', 'Run: npx pdfnet-trt models verify'),
  ERR_STORE_WRITE: row('store', 'The store could not be written', 'Check that it is writable and has room'),

  ERR_FETCH: row(
    'network',
    'A package could not be fetched',
    'Check the network and that npm is installed, then run it again',
  ),
  ERR_HASH: row(
    'network',
    'What was fetched is not what was expected',
    'Run it again; if it repeats, do not trust the source',
  ),
} as const satisfies Record<string, CatalogueRow>

export type ErrorCode = keyof typeof catalogue

export interface ErrorOptions {
  /** What caused it: kept as `cause`. */
  readonly cause?: unknown
  /** What to do about it, where the place that throws knows better than the catalogue. */
  readonly remedy?: string
  /** Facts a program may want: sizes, names, limits. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** Every error that this package throws on purpose. `message` says what happened; `remedy` what to do. */
export class PdfnetError extends Error {
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly remedy: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = code === 'ERR_ABORTED' ? 'AbortError' : 'PdfnetError'
    this.code = code
    this.kind = catalogue[code].kind
    this.remedy = options.remedy ?? catalogue[code].remedy
    this.details = options.details ?? {}
  }

  /** The status with which the command line ends. */
  get exitCode(): number {
    return exitCodes[this.kind]
  }

  toJSON(): Record<string, unknown> {
    const { code, message, remedy, details } = this
    return { code, message, remedy, ...(Object.keys(details).length > 0 && { details }) }
  }
}

/** `expected X for NAME, got V (type T)`: the one sentence about a bad argument. */
export function badArgument(name: string, expected: string, got: unknown): PdfnetError {
  const type = got === null ? 'null' : Array.isArray(got) ? 'array' : typeof got
  return new PdfnetError('ERR_ARGUMENT', `expected ${expected} for ${name}, got ${shown(got)} (type ${type})`, {
    details: { name, expected },
  })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  if (typeof value === 'function') return value.name || 'a function'
  if (Array.isArray(value)) return `${value.length} items`
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value).slice(8, -1)
  return String(value)
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code)
}

/** Turns a native or foreign error into ours: native ones carry one of our codes already. */
export function asPdfnetError(error: unknown, fallback: ErrorCode = 'ERR_INTERNAL'): PdfnetError {
  if (error instanceof PdfnetError) return error
  if (!(error instanceof Error)) return new PdfnetError(fallback, String(error))
  const code = 'code' in error && isErrorCode(error.code) ? error.code : fallback
  return new PdfnetError(code, error.message, { cause: error })
}

/** Throws ERR_ABORTED, with the signal's reason as its cause, once the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal)
}

export function aborted(signal: AbortSignal): PdfnetError {
  return new PdfnetError('ERR_ABORTED', 'aborted by the caller', { cause: signal.reason })
}
