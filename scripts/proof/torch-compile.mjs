/** The authors' code in torch.compile, where that takes no more than three minutes. */

import { authorsMissing, authorsTime, authorsWeights } from './authors.mjs'
import { engineOf } from './device.mjs'
import { picture } from './pictures.mjs'
import { Skipped } from './skipped.mjs'
import { report } from './torch.mjs'

export async function prove(results, options) {
  await engineOf(options.device)
  if (!(await authorsWeights(options))) throw new Skipped(authorsMissing)
  const square = await picture('astronaut.png', 1024, 1024)
  const short = options.device === 'cpu' ? { warm: 1, count: 2 } : {}
  report(results, await authorsTime(square, 'compile', options, { minutes: 3, ...short }))
}
