/** The sizes of pictures that the engines before and after a network are built for. */

/** Of a picture, in pixels. One with a longer side is made smaller for the network, and its alpha larger again. */
export const largestSide = 8192

/** What engines are tuned for: height and width of a frame of HD video. */
const usual = [1080, 1920] as const

/** Of `preGraph`: `image` is [height, width, 3]. */
export const preProfile = {
  image: { min: [1, 1, 3], opt: [...usual, 3], max: [largestSide, largestSide, 3] },
} as const

/** Sides of what a depth network takes: the shorter one, and the longest that is not capped. */
export const [shortDepthSide, longDepthSide] = [518, 4 * 518] as const

/** A frame of HD video, as a depth network takes it. */
const usualDepth = [518, 924] as const

/** Of `depthPreGraph`: `image` is [height, width, 3], and the values of `size` are height and width of the result. */
export const depthPreProfile = {
  ...preProfile,
  size: { min: [14, 14], opt: usualDepth, max: [longDepthSide, longDepthSide] },
} as const

/** Of `depthAnythingGraph`: `image` is [1, 3, height, width]. */
export const depthProfile = {
  image: {
    min: [1, 3, shortDepthSide, shortDepthSide],
    opt: [1, 3, ...usualDepth],
    max: [1, 3, longDepthSide, longDepthSide],
  },
} as const

/** Of `preDepthGraph`: `depth` is [1, height, width]. */
export const preDepthProfile = {
  depth: { min: [1, 1, 1], opt: [1, ...usual], max: [1, largestSide, largestSide] },
} as const

/** Of `postGraph`: the values of `size`, which is [height, width]. */
export const postProfile = {
  size: { min: [1, 1], opt: usual, max: [largestSide, largestSide] },
} as const
