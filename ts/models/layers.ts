/** Layers with weights, as PyTorch has them: each is named by the path of its weights. */

import type { Module, Value } from './module.js'
import { add, divide, multiply, sigmoid, unknownSize, withSize } from './operations.js'

/** Rows [M, in] to [M, out]. The bias is added where the checkpoint has one. */
export function linear(m: Module, x: Value, name: string): Value {
  const part = m.at(name)
  return product(m, x, part.weight('weight'), part.has('bias') ? part.weight('bias') : undefined, name)
}

/** As `linear`, each channel of the result times one of the vector `gain`: a product of weights. */
export function scaledLinear(m: Module, x: Value, name: string, gain: string): Value {
  const [weight, bias] = [`${name}.weight`, `${name}.bias`].map((part) =>
    m.derived(part, m.shapeOf(part), async (read) => {
      const [values, gains] = await Promise.all([read(part), read(gain)])
      const each = values.length / gains.length
      gains.forEach((factor, channel) => scale(values.subarray(channel * each, (channel + 1) * each), factor))
      return values
    }),
  ) as [Value, Value]
  return product(m, x, weight, bias, name)
}

/** In place. */
export function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor
}

/** Rows [M, in] to [M, out], by a weight [out, in] and a bias [out]. */
export function product(m: Module, x: Value, weight: Value, bias: Value | undefined, name: string): Value {
  const inputs = bias ? [x, weight, bias] : [x, weight]
  return m.apply('Gemm', inputs, [x.shape[0]!, weight.shape[0]!], { transB: 1 }, name)
}

export interface Sliding {
  /** @default 1 */
  readonly stride?: number
  /** Rows and columns of zeros: top, left, bottom, right. @default none */
  readonly pads?: readonly [number, number, number, number]
}

/** A convolution of maps [N, C, H, W] by a square kernel. */
export function conv(m: Module, x: Value, name: string, sliding: Sliding = {}): Value {
  return convolve(m, x, m.at(name).weight('weight'), name, sliding)
}

/** As `conv`, by another kernel than the checkpoint's; the bias is the checkpoint's, where it has one. */
export function convolve(m: Module, x: Value, kernel: Value, name: string, sliding: Sliding = {}): Value {
  const { stride = 1, pads = [0, 0, 0, 0] } = sliding
  const [out, , side] = kernel.shape as [number, number, number]
  const [batch, , height, width] = x.shape as [number, number, number, number]
  const [top, left, bottom, right] = pads
  const size = (length: number, pads: number) =>
    length === unknownSize ? unknownSize : Math.floor((length + pads - side) / stride) + 1
  const part = m.at(name)
  return m.apply(
    'Conv',
    part.has('bias') ? [x, kernel, part.weight('bias')] : [x, kernel],
    [batch, out, size(height, top + bottom), size(width, left + right)],
    { kernel_shape: [side, side], strides: [stride, stride], pads },
    name,
  )
}

/**
 * Over the last axis. In half precision too its mean and variance are single: so the operator is defined, and so
 * TensorRT computes it.
 */
export function layerNorm(m: Module, x: Value, name: string, epsilon = 1e-5): Value {
  const part = m.at(name)
  const inputs = [x, part.weight('weight'), part.weight('bias')]
  return m.apply('LayerNormalization', inputs, x.shape, { axis: -1, epsilon }, name)
}

/**
 * x / √(mean of x² + ε) · gain, over the channels of maps [N, C, H, W] or of rows [M, C]: axis 1 of both.
 * @param name of the part whose `weight` is the gain
 */
export function rmsNorm(m: Module, x: Value, name: string): Value {
  const part = m.at(name)
  const channels = x.shape[1]!
  const precise = part.island('rms-norm')
  const squares = precise.apply('ReduceSumSquare', [x], withSize(x.shape, 1, 1), { axes: [1], keepdims: 1 })
  const mean = multiply(precise, squares, m.number(1 / channels))
  const root = precise.apply('Sqrt', [add(precise, mean, m.number(1e-6))], mean.shape)
  // A gain over an axis that is not the last needs axes of 1 after it.
  const shape = [channels, ...x.shape.slice(2).map(() => 1)]
  const gain = part.derived('weight', shape, (read) => read('weight'))
  return multiply(part, divide(part, x, root), gain)
}

/** x · sigmoid(x) */
export function silu(m: Module, x: Value): Value {
  return multiply(m, x, sigmoid(m, x))
}

/** The exact one, by the error function. Libraries know this pattern, and compute it in one step. */
export function gelu(m: Module, x: Value): Value {
  const erf = m.apply('Erf', [divide(m, x, m.number(Math.SQRT2))], x.shape)
  return multiply(m, multiply(m, x, add(m, erf, m.number(1))), m.number(0.5))
}
