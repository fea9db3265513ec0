/** External data: that a tensor's file is one we may read, and holds what was declared. */

import { open, realpath } from 'node:fs/promises'
import { constants } from 'node:fs'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { PdfnetError } from '../errors.js'
import { byteLength } from '../tensor.js'
import type { Initializer, Model } from './model.js'

/**
 * The model with each path of external data checked and made absolute: relative in the file, inside the model's own
 * folder after links are resolved, a regular file, offset and length inside it. Rejects with ERR_ONNX_EXTERNAL.
 */
export async function resolveExternal(model: Model, modelPath: string): Promise<Model> {
  if (!model.graph.initializers.some((tensor) => tensor.data.kind === 'file')) return model
  const folder = await realpath(dirname(modelPath))
  const files = new Map<string, Promise<RealFile>>()
  const initializers = await Promise.all(
    model.graph.initializers.map(async (tensor) => {
      const { data } = tensor
      if (data.kind !== 'file') return tensor
      let file = files.get(data.path)
      if (!file) files.set(data.path, (file = inspect(folder, data.path, modelPath)))
      return resolved(tensor, data.offset, await file, modelPath)
    }),
  )
  return { ...model, graph: { ...model.graph, initializers } }
}

interface RealFile {
  readonly path: string
  readonly bytes: number
}

function resolved(tensor: Initializer, offset: number, file: RealFile, modelPath: string): Initializer {
  const end = offset + byteLength(tensor.dtype, tensor.shape)
  if (end > file.bytes) {
    throw refused(
      modelPath,
      `tensor ${JSON.stringify(tensor.name)} ends at byte ${end} of ${file.path}, which has ${file.bytes}`,
    )
  }
  return { ...tensor, data: { kind: 'file', path: file.path, offset } }
}

async function inspect(folder: string, location: string, modelPath: string): Promise<RealFile> {
  const shown = JSON.stringify(location.length > 200 ? `${location.slice(0, 200)}…` : location)
  if (isAbsolute(location) || location.includes('\0') || location.split(/[/\\]/).includes('..')) {
    throw refused(modelPath, `the path ${shown} is not one inside the model's folder`)
  }
  const path = await realpath(join(folder, location)).catch((cause: unknown) => {
    throw refused(modelPath, `the file ${shown} is not there`, cause)
  })
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    throw refused(modelPath, `the path ${shown} leads out of the model's folder`)
  }
  // Not blocking, because the name may be a pipe's.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw refused(modelPath, `the file ${shown} cannot be read`, cause)
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw refused(modelPath, `${shown} is not a regular file`)
    return { path, bytes: stats.size }
  } finally {
    await handle.close()
  }
}

function refused(modelPath: string, why: string, cause?: unknown): PdfnetError {
  return new PdfnetError('ERR_ONNX_EXTERNAL', `${modelPath}: external data: ${why}`, { cause })
}
