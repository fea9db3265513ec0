/** What the addon finds, opens and runs: capabilities, engines, sessions. */

import type { DType, Shape } from './tensor.js'

/** One device or library, found or not; `reason` says why not, or what was chosen over what. */
export interface Capability {
  readonly found: boolean
  readonly reason: string
  /** Absolute real path of the library. */
  readonly path?: string
  readonly version?: string
}

export interface GpuDevice {
  readonly index: number
  readonly name: string
  /** For example `8.9`. */
  readonly computeCapability: string
  readonly totalBytes: number
}

export interface Capabilities {
  readonly cpu: Capability & { readonly cores: number }
  readonly cuda: Capability & { readonly devices: readonly GpuDevice[] }
  readonly tensorrt: { readonly enterprise: Capability; readonly rtx: Capability }
}

/** Where the addon looks for each library, best first. */
export interface LibrarySearch {
  /** Absolute folders; the system's are appended by the addon. */
  readonly onnxruntime: readonly string[]
  /** Absolute paths of files that may be trusted: no other is opened. */
  readonly tensorrt: readonly string[]
  readonly rtx: readonly string[]
}

export interface TensorInfo {
  readonly name: string
  readonly dtype: DType
  /** −1 where the size is known only at the run. */
  readonly shape: Shape
}

export interface OpenOptions {
  /** `fake` exists in the tests' target only. */
  readonly engine: 'cpu' | 'tensorrt' | 'fake'
  /** Absolute path of the library that runs them. */
  readonly library: string
  /** Absolute paths of ONNX files, or of plans: in each instance they share one stream. */
  readonly models: readonly string[]
  /** Runs at the same time, each on a thread of its own. */
  readonly instances: number
  /** Compute threads that the runs of the process on the CPU device share; 0: one a core. */
  readonly threads: number
  /** Index as the driver counts. @default 0 */
  readonly gpu?: number
  /**
   * Of 'tensorrt': `cuda_graphs` (on or off); `runtime_cache`, a folder for what RTX has compiled on this GPU;
   * `profile`, a file that layers' times are appended to, which turns graphs off. Of the fake: delays, failures.
   */
  readonly settings?: Readonly<Record<string, string>>
}

interface Named {
  readonly name: string
  readonly shape: Shape
}

/** Memory that is leased to the addon until the run ends: neither read, written, moved nor detached meanwhile. */
export interface HostBinding extends Named {
  readonly data: Uint8Array
}

/**
 * Memory of the device that each instance keeps between its models: what one step writes there, a later step of the
 * same run may read. It is as large as the run wants it.
 */
export interface BufferBinding extends Named {
  /** From 0 to 63. */
  readonly buffer: number
  /** In bytes. TensorRT wants multiples of 256. */
  readonly offset: number
  /** Of an output: where a copy of it goes, leased as that of a HostBinding. */
  readonly data?: Uint8Array
}

export type Binding = HostBinding | BufferBinding

/** One model's turn in a run. */
export interface Step {
  /** Index into the session's models. */
  readonly model: number
  readonly inputs: readonly Binding[]
  readonly outputs: readonly Binding[]
}

export interface NativeModel {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
}

export interface NativeSession {
  readonly models: readonly NativeModel[]
  /**
   * Queues a run. Validates every binding (name, rank, size, bytes, no overlap) before anything is written; rejects
   * with ERR_ARGUMENT, ERR_QUEUE_FULL, ERR_ENGINE_RUN, ERR_MEMORY, ERR_GPU_MEMORY, ERR_GPU_LOST, ERR_ABORTED or
   * ERR_DISPOSED. Resolves with milliseconds: those that it was queued, those from its start to its end, and of each
   * step those of copying in, computing and copying out.
   * @param steps in the order in which they are done
   * @param ticket a number of the caller's, unique among the runs in flight, by which it can be cancelled
   */
  run(steps: readonly Step[], ticket: number): Promise<Float64Array>
  /**
   * Memory that the device reaches by itself, its contents undefined. A run that reads it takes it: the array is
   * detached. A run that writes it leaves it to the caller; it goes back to the session's pool once it is collected. Node
   * does not transfer it to another thread: up to 20 it copies, from 21 on it throws a DataCloneError.
   * Throws ERR_ARGUMENT, ERR_MEMORY, ERR_GPU_LOST or ERR_DISPOSED.
   */
  slot(bytes: number): Uint8Array<ArrayBuffer>
  /** A queued run leaves at once; a running one is terminated where the device can. It rejects with ERR_ABORTED. */
  cancel(ticket: number): void
  /** Refuses new runs at once; resolves when the last one has ended and all memory is released. */
  dispose(): Promise<void>
}

export interface SessionAddon {
  /** Never rejects. */
  capabilities(search: LibrarySearch): Promise<Capabilities>
  /**
   * Rejects with ERR_ARGUMENT, ERR_LIBRARY_MISSING, ERR_LIBRARY_LOAD, ERR_ENGINE_OPEN, ERR_MEMORY, ERR_GPU_MEMORY,
   * ERR_GPU_LOST or ERR_ABORTED.
   * @param ticket a number of the caller's, unique among the openings in flight, by which it can be cancelled
   */
  open(options: OpenOptions, ticket: number): Promise<NativeSession>
  /** Ends an opening with ERR_ABORTED, as soon as the library can. Unknown tickets are ignored. */
  cancelOpen(ticket: number): void
}
