/** Refuses graphs with operators that no device here is known to have. */

import { PdfnetError } from '../errors.js'
import { isStandardDomain, type Model, type Node } from './model.js'
import { standardOperators } from './standard-operators.js'
import { subgraphs } from './uses.js'

/** ONNX Runtime's own that we write ourselves for the CPU device. */
const microsoftOperators: ReadonlySet<string> = new Set(['MultiHeadAttention'])

/** Throws ERR_ONNX_OPERATOR, which names every unknown operator and how often it stands in the graph. */
export function checkOperators(model: Model): void {
  const local = new Set(model.functions.map((one) => `${one.domain}::${one.name}`))
  const unknown = new Map<string, number>()
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      const name = `${isStandardDomain(node.domain) ? 'ai.onnx' : node.domain}::${node.opType}`
      if (!isKnown(node) && !local.has(name)) unknown.set(name, (unknown.get(name) ?? 0) + 1)
      for (const graph of subgraphs(node)) visit(graph.nodes)
    }
  }
  visit(model.graph.nodes)
  for (const one of model.functions) visit(one.nodes)
  if (unknown.size === 0) return
  const list = [...unknown].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} (${count})`)
  throw new PdfnetError('ERR_ONNX_OPERATOR', `the graph uses operators that are not supported: ${list.join(', ')}`, {
    details: { operators: Object.fromEntries(unknown) },
  })
}

function isKnown({ domain, opType }: Node): boolean {
  if (isStandardDomain(domain)) return standardOperators.has(opType)
  return domain === 'com.microsoft' && microsoftOperators.has(opType)
}
