/** The parts of networks that are computed in single precision where the rest is in half precision. */

/**
 * - `rms-norm`: the sum of squares, which half precision cannot hold from 256² on.
 * - `depth-range`: a picture's own smallest and largest depth, of any unit.
 * - `boundary`: what becomes 0 or 1, by a threshold or by being above 0.
 * - `alpha`: the last sigmoid, whose result is near 1 for most of an object.
 */
export const islands = ['rms-norm', 'depth-range', 'boundary', 'alpha'] as const

export type Island = (typeof islands)[number]
