/** Multiply-adds of the networks, counted from their shapes. */

/** Of PDFNet at 1024², a picture. */
export const pdfnetMacs = 1354e9

/** The size that Depth Anything V2 takes a picture at: the shorter side near 518, both multiples of 14. */
export function depthSize(height, width) {
  const factor = 518 / Math.min(height, width)
  return [height, width].map((side) => Math.max(518, Math.round((side * factor) / 14) * 14))
}

/** Of Depth Anything V2 Large for its own input of so many pixels: a ViT-L and a DPT head of 256 channels. */
export function depthLargeMacs(height, width) {
  const [rows, columns] = [height / 14, width / 14]
  const grid = rows * columns
  const tokens = grid + 1
  const [dim, layers, head] = [1024, 24, 256]
  const vit = grid * 3 * 14 * 14 * dim + layers * (12 * dim * dim * tokens + 2 * dim * tokens * tokens)
  // The maps of the head: four, two and one times the grid, and half of it.
  const [large, middle, small] = [16 * grid, 4 * grid, Math.ceil(rows / 2) * Math.ceil(columns / 2)]
  const channels = [256, 512, 1024, 1024]
  const project = grid * dim * channels.reduce((sum, one) => sum + one)
  const resize = grid * (16 * 256 * 256 + 4 * 512 * 512) + small * 9 * 1024 * 1024
  const layer = 9 * head * (large * 256 + middle * 512 + grid * 1024 + small * 1024)
  const block = 9 * head * head
  const fusion = block * (2 * small + 4 * grid + 4 * middle + 4 * large)
  const mix = head * head * (grid + middle + large + 4 * large)
  const output = 4 * large * 9 * head * 128 + height * width * (9 * 128 * 32 + 32)
  return vit + project + resize + layer + fusion + mix + output
}
