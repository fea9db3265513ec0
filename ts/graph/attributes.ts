/** A node's attributes as plain numbers and strings. */

import type { Attribute, Node } from './model.js'

export function intAttribute(node: Node, name: string, otherwise: number): number {
  const attribute = node.attributes.get(name)
  return attribute?.type === 'int' ? Number(attribute.value) : otherwise
}

export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  const attribute = node.attributes.get(name)
  return attribute?.type === 'ints' ? attribute.value.map(Number) : undefined
}

export function stringAttribute(node: Node, name: string, otherwise: string): string {
  const attribute = node.attributes.get(name)
  return attribute?.type === 'string' ? Buffer.from(attribute.value).toString('utf8') : otherwise
}

/** Whole numbers become ints, other numbers floats: name `{ float: 1 }` where a float is whole. */
export type AttributeValue =
  number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] } | Attribute

export function attributeOf(value: AttributeValue): Attribute {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { type: 'int', value: BigInt(value) } : { type: 'float', value }
  }
  if (typeof value === 'string') return { type: 'string', value: Buffer.from(value) }
  if (isList(value)) return { type: 'ints', value: value.map(BigInt) }
  if ('float' in value) return { type: 'float', value: value.float }
  if ('floats' in value) return { type: 'floats', value: value.floats }
  return value
}

function isList(value: AttributeValue): value is readonly number[] {
  return Array.isArray(value)
}
