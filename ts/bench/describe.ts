/** A configuration in words. */

import { counted } from '../report/index.js'
import type { MeasuredConfiguration } from './report.js'

/** What was asked for, with what that came to where it was left open. */
export function describeConfiguration({ configuration, device }: MeasuredConfiguration): string {
  const { model, size, precision = 'fp16', batch = 1, concurrency = 1, threads, inFlight } = configuration
  const parts = [
    `${model}${weightsOf(configuration)}${depthOf(configuration)} on ${device.name} (${device.version}${device.gpu ? `, ${device.gpu.name}` : ''})`,
    device.name === 'cpu' ? 'fp32' : precision,
    ...(size === undefined ? [] : [`input ${size.join('×')}`]),
    ...(threads === undefined ? [] : [counted(threads, 'thread')]),
    `batch ${batch}`,
    `concurrency ${concurrency}`,
    `${inFlight} in flight`,
  ]
  return parts.join(', ')
}

function depthOf({ depth }: MeasuredConfiguration['configuration']): string {
  if (depth === undefined) return ''
  return depth === 'given' ? ', depth given,' : `, depth by ${depth.model},`
}

function weightsOf({ weights, randomWeights }: MeasuredConfiguration['configuration']): string {
  if (randomWeights !== undefined) return ` with random weights (${randomWeights})`
  return weights === undefined ? '' : ` with ${weights}`
}
