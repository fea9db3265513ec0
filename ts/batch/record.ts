/** The record of an output folder: which results were made of which content and how, so that none is made twice. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { PdfnetError } from '../errors.js'
import { contentOf, stateOf } from './fingerprint.js'
import type { Job } from './plan.js'

/** Its file in the output folder: a line of JSON for each picture that is done, the last one of a picture counts. */
export const recordName = 'pdfnet-trt.jsonl'

/** A million pictures take a third of it. */
const mostBytes = 2 ** 30

interface Entry {
  /** Sizes in bytes, by path below the folder. */
  readonly outputs: Readonly<Record<string, number>>
  readonly input: { readonly state: string; readonly sha256: string }
  /** Hash of what it was matted with. */
  readonly settings: string
}

/** A picture as it was before it was matted. */
export interface Source {
  readonly state: string
  readonly sha256: string
}

export class BatchRecord {
  private readonly settings: string

  private constructor(
    private readonly folder: string,
    private readonly file: FileHandle,
    private readonly entries: Map<string, Entry>,
    settings: unknown,
  ) {
    this.settings = createHash('sha256').update(JSON.stringify(settings)).digest('hex')
  }

  /**
   * Reads what is there; a line that is torn or makes no sense counts as not there. Rejects with ERR_OUTPUT_WRITE.
   * @param settings plain data: all that decides what becomes of a picture, in an order that never changes
   */
  static async open(folder: string, settings: unknown): Promise<BatchRecord> {
    const path = join(folder, recordName)
    try {
      await mkdir(folder, { recursive: true })
      const file = await open(path, 'a+')
      try {
        const { size } = await file.stat()
        if (size > mostBytes) throw new Error(`it has ${size} bytes, and ${mostBytes} are the most: move it away`)
        await endLastLine(file, size)
        return new BatchRecord(folder, file, await readEntries(path), settings)
      } catch (error) {
        await file.close()
        throw error
      }
    } catch (cause) {
      throw unwritable(path, cause)
    }
  }

  /** Whether its results are there, as they were made of this content with these settings. */
  async isDone({ input, outputs }: Job): Promise<boolean> {
    const entry = this.entries.get(this.keyOf(outputs))
    if (entry?.settings !== this.settings) return false
    try {
      for (const path of Object.values(outputs)) {
        if ((await stat(path)).size !== entry.outputs[relative(this.folder, path)]) return false
      }
      // What was copied or touched has another state and may have the same content.
      return (await stateOf(input)) === entry.input.state || (await contentOf(input)) === entry.input.sha256
    } catch {
      // Gone, or unreadable: matting it says so.
      return false
    }
  }

  /** Before a picture is read, so that `add` can tell whether it changed meanwhile. Rejects where it cannot be read. */
  async look({ input }: Job): Promise<Source> {
    const state = await stateOf(input)
    return { state, sha256: await contentOf(input) }
  }

  /** Once all results of a picture are there. A picture that changed since is left out: which content was matted? */
  async add({ input, outputs }: Job, source: Source): Promise<void> {
    if ((await stateOf(input).catch(() => undefined)) !== source.state) return
    const sizes: Record<string, number> = {}
    for (const path of Object.values(outputs)) sizes[relative(this.folder, path)] = (await stat(path)).size
    const entry: Entry = { outputs: sizes, input: source, settings: this.settings }
    this.entries.set(this.keyOf(outputs), entry)
    try {
      // One write at the end of the file: lines of two processes do not mix.
      await this.file.appendFile(`${JSON.stringify(entry)}\n`)
    } catch (cause) {
      throw unwritable(join(this.folder, recordName), cause)
    }
  }

  close(): Promise<void> {
    return this.file.close()
  }

  private keyOf(outputs: Job['outputs']): string {
    return keyOf(Object.values(outputs).map((path) => relative(this.folder, path)))
  }
}

/** No two pictures share an output, so the first says which picture it is. */
function keyOf(outputs: readonly string[]): string {
  return [...outputs].sort()[0] ?? ''
}

/** Without this, what is written next would go on the line that a killed process left unfinished. */
async function endLastLine(file: FileHandle, size: number): Promise<void> {
  if (size === 0) return
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  if (buffer.toString() !== '\n') await file.appendFile('\n')
}

async function readEntries(path: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const entry = parseEntry(line)
    if (entry) entries.set(keyOf(Object.keys(entry.outputs)), entry)
  }
  return entries
}

function parseEntry(line: string): Entry | undefined {
  try {
    const { outputs, input, settings } = JSON.parse(line) as Partial<Record<keyof Entry, unknown>>
    const { state, sha256 } = input as Partial<Record<keyof Source, unknown>>
    const isWhole = isObject(outputs) && [state, sha256, settings].every((part) => typeof part === 'string')
    return isWhole ? ({ outputs, input: { state, sha256 }, settings } as Entry) : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function unwritable(path: string, cause: unknown): PdfnetError {
  return new PdfnetError('ERR_OUTPUT_WRITE', `the record ${path} cannot be kept: ${(cause as Error).message}`, {
    cause,
  })
}
