/** How long work took. */

/** What it resolved with, and milliseconds. */
export async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const began = performance.now()
  const result = await work
  return [result, performance.now() - began]
}
