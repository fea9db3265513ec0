/**
 * Finds loops over typed arrays, by type rather than by name: in a room that holds pictures such a loop is a loop over
 * pixels or the start of one, and belongs in native/pixels. What it sees is an element of a typed array (or Buffer) read
 * or written at an index that is not a literal inside a loop, a for-of over one, and its methods that call back for each
 * element. Looking at the first bytes of a file, `set`, `fill` and `subarray` are free. A loop that hides behind a
 * function called from a loop, or behind DataView, is not seen: the bench of the event loop is what would show it.
 */

import ts from 'typescript'

const typedArray =
  /^((Uint8|Uint8Clamped|Int8|Uint16|Int16|Uint32|Int32|Float32|Float64|BigInt64|BigUint64)Array|Buffer)$/
const callbackMethods = new Set(['map', 'forEach', 'reduce', 'reduceRight', 'filter', 'some', 'every', 'sort'])

/** The nodes of a file where a loop touches a typed array element by element. */
export function pixelLoops(file, checker) {
  const found = []
  const isTypedArray = (node) => {
    const type = checker.getApparentType(checker.getTypeAtLocation(node))
    const parts = type.isUnion() ? type.types : [type]
    return parts.some((part) => typedArray.test(part.symbol?.name))
  }
  const visit = (node, inLoop) => {
    if (inLoop && ts.isElementAccessExpression(node) && !ts.isNumericLiteral(node.argumentExpression)) {
      if (isTypedArray(node.expression)) found.push(node)
    } else if (ts.isForOfStatement(node) && isTypedArray(node.expression)) {
      found.push(node)
    } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression
      if (callbackMethods.has(name.text) && isTypedArray(expression) && node.arguments.some(isFunction))
        found.push(node)
    }
    const loop = inLoop || ts.isIterationStatement(node, false)
    ts.forEachChild(node, (child) => visit(child, loop))
  }
  visit(file, false)
  return found
}

function isFunction(node) {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isIdentifier(node)
}
