/** How a video's samples became of red, green and blue: what it says, or what is usual where it says nothing. */

/** Of what ffprobe says about a stream. */
export interface ColourTags {
  readonly pix_fmt?: string | undefined
  readonly color_space?: string | undefined
  readonly color_range?: string | undefined
  readonly color_primaries?: string | undefined
  readonly color_transfer?: string | undefined
  readonly height: number
}

export interface Colour {
  /** As FFmpeg's `scale` names it; undefined: the samples are RGB. */
  readonly matrix: string | undefined
  readonly range: 'tv' | 'pc'
  readonly primaries: string | undefined
  readonly transfer: string | undefined
  /** PQ or HLG: its samples mean other colours than those of sRGB. */
  readonly isHdr: boolean
  /** Whether the matrix had to be guessed. */
  readonly isGuess: boolean
}

const matrices: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470bg: 'bt470',
  fcc: 'fcc',
  smpte240m: 'smpte240m',
  bt2020nc: 'bt2020',
}

/** Of an output whose input was RGB. */
export const usualMatrix = 'bt709'

export function colourOf({ pix_fmt = '', height, ...tags }: ColourTags): Colour {
  const isRgb = /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|x2rgb|pal8)/.test(pix_fmt) || tags.color_space === 'gbr'
  const isFull = isRgb || pix_fmt.startsWith('yuvj') || tags.color_range === 'pc'
  const known = matrices[tags.color_space ?? '']
  const usual = height < 720 ? 'smpte170m' : 'bt709'
  return {
    matrix: isRgb ? undefined : (known ?? usual),
    range: isFull ? 'pc' : 'tv',
    primaries: known === undefined ? undefined : tags.color_primaries,
    transfer: tags.color_transfer,
    isHdr: tags.color_transfer === 'smpte2084' || tags.color_transfer === 'arib-std-b67',
    isGuess: !isRgb && known === undefined,
  }
}

/** The tag of an output's matrix, as encoders name it. */
export function matrixTag(matrix: string): string {
  return matrix === 'bt2020' ? 'bt2020nc' : matrix === 'bt470' ? 'bt470bg' : matrix
}
