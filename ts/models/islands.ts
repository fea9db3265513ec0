/** The parts of networks that are computed in single precision where the rest is in half precision. */

/**
 * - `layer-norm`: mean and variance of up to 4,096 channels.
 * - `rms-norm`: the sum of squares, which half precision cannot hold from 256² on.
 * - `depth-range`: a picture's own smallest and largest depth, of any unit.
 * - `boundary`: what a threshold makes 0 or 1.
 * - `alpha`: the last sigmoid, whose result is near 1 for most of an object.
 * - `positions`: places along a side, of which the fractions count.
 */
export const islands = ['layer-norm', 'rms-norm', 'depth-range', 'boundary', 'alpha', 'positions'] as const

export type Island = (typeof islands)[number]
