/** What is to be done when this process exits: one listener, however many ask, as Node warns of a leak at eleven. */

const works = new Set<() => void>()

/** @returns what takes it back */
export function atExit(work: () => void): () => void {
  if (works.size === 0) process.on('exit', doAll)
  works.add(work)
  return () => {
    works.delete(work)
    if (works.size === 0) process.off('exit', doAll)
  }
}

function doAll(): void {
  works.forEach((work) => work())
}
