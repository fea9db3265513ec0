/** Items worked on a few at a time, their results given as they come. */

/**
 * An item is pulled when there is room for it. Once `stop` is aborted none is begun any more, and what is under way ends.
 * @param work never rejects
 */
export async function* unordered<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  inFlight: number,
  stop?: AbortSignal,
): AsyncGenerator<Result, void, undefined> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  const running = new Set<Promise<() => Result>>()
  let pulling: Promise<undefined> | undefined
  let hasEnded = false
  const pull = async (): Promise<undefined> => {
    try {
      const next = await source.next()
      if (next.done === true || stop?.aborted) hasEnded = true
      else begin(next.value)
    } finally {
      pulling = undefined
    }
  }
  const begin = (item: Item): void => {
    const run: Promise<() => Result> = work(item).then((result) => () => {
      running.delete(run)
      return result
    })
    running.add(run)
  }
  try {
    for (;;) {
      if (stop?.aborted) hasEnded = true
      if (!hasEnded && running.size < inFlight) pulling ??= pull()
      if (!pulling && running.size === 0) return
      const take = await Promise.race(pulling ? [pulling, ...running] : running)
      if (take) yield take()
    }
  } finally {
    await Promise.all(running)
    // One that waits for its next item answers neither that nor this.
    if (!pulling) await source.return?.()
  }
}
