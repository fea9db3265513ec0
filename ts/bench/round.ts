/** One round: so many callers, each of which asks for a matte, waits for it, and asks for the next. */

/** How long a round is: that many pictures, or seconds; a round of seconds has at least one picture a caller. */
export type Extent = { readonly pictures: number } | { readonly seconds: number }

export interface Round {
  /** From the first call to the last matte. */
  readonly seconds: number
  /** Milliseconds from call to matte, in the order in which they ended. */
  readonly latencies: readonly number[]
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<string, readonly number[]>>
}

type Matte = () => Promise<{ readonly timings: object }>

/** Rejects with the first thing that goes wrong, once all that was asked for has ended. */
export async function runRound(matte: Matte, extent: Extent, callers: number): Promise<Round> {
  const began = performance.now()
  const latencies: number[] = []
  const stages: Record<string, number[]> = {}
  const failures: unknown[] = []
  let asked = 0
  const goesOn = (): boolean => {
    if (failures.length > 0) return false
    if ('pictures' in extent) return asked < extent.pictures
    return asked < callers || performance.now() - began < 1000 * extent.seconds
  }
  const call = async (): Promise<void> => {
    while (goesOn()) {
      asked += 1
      const since = performance.now()
      const { timings } = await matte()
      latencies.push(performance.now() - since)
      for (const [stage, time] of Object.entries(timings as Record<string, number>)) (stages[stage] ??= []).push(time)
    }
  }
  const fail = (error: unknown): void => void failures.push(error)
  await Promise.all(Array.from({ length: callers }, () => call().catch(fail)))
  if (failures.length > 0) throw failures[0]
  return { seconds: (performance.now() - began) / 1000, latencies, stages }
}
