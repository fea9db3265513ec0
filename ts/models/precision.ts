/** What a network's values and weights are held in. */
export type Precision = 'fp32' | 'fp16'

export const precisions: readonly Precision[] = ['fp32', 'fp16']

export function isPrecision(value: unknown): value is Precision {
  return precisions.includes(value as Precision)
}
