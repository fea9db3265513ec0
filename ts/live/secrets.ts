/** What of an address nobody else should read: it is masked wherever the address is shown. */

const mask = '***'
/** Shorter ones stand in ordinary words too. */
const shortestSecret = 3

/** Schemes whose path ends with the key that lets one publish. */
const keyed = /^rtmps?:$/

export class Secrets {
  /** The address without its secrets. */
  readonly masked: string
  private readonly words: readonly string[]

  constructor(private readonly address: string) {
    const url = address.includes('://') && URL.canParse(address) ? new URL(address) : undefined
    this.masked = url ? maskedAddress(url) : address
    this.words = url ? secretsOf(url, address) : []
  }

  /** What a program said, without them. */
  hide(text: string): string {
    const known = text.replaceAll(this.address, this.masked)
    return this.words.reduce((rest, word) => rest.replaceAll(word, mask), known)
  }
}

function maskedAddress({ protocol, username, password, host, pathname, search }: URL): string {
  const user = username !== '' || password !== '' ? `${mask}@` : ''
  const [, first = '', ...others] = pathname.split('/')
  const path = keyed.test(protocol) && others.length > 0 ? `/${first}/${mask}` : pathname
  return `${protocol}//${user}${host}${path}${search === '' ? '' : `?${mask}`}`
}

function secretsOf({ protocol, username, password, pathname, search, searchParams }: URL, address: string): string[] {
  const key = keyed.test(protocol) ? pathname.split('/').slice(2).join('/') : ''
  const authority = /^[a-z]+:\/\/([^/?#]*)@/i.exec(address)?.[1] ?? ''
  const given = [authority, username, password, key, search.slice(1), ...searchParams.values()]
  const words = given.flatMap((word) => [word, decoded(word)])
  const long = [...new Set(words)].filter((word) => word.length >= shortestSecret)
  return long.sort((one, other) => other.length - one.length)
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}
