/** How long work tells of itself: one tagged union, the same for every verb. */

/**
 * Of one `stage` and `name`: `done` never falls, `total` never changes, and the last event has `done === total`.
 * Bytes for `fetch`, `hash` and `write`; pieces of work for the rest.
 */
export interface Progress {
  readonly stage: 'fetch' | 'hash' | 'prepare' | 'write' | 'build' | 'matte' | 'measure'
  /** What is being worked on, for a person to read. */
  readonly name: string
  readonly done: number
  readonly total: number
}

export interface Work {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}
