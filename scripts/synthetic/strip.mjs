/** A strip of rows under way: premultiplied colour and alpha, onto which layers are put one over the other. */

export class Strip {
  constructor(width, rows) {
    this.width = width
    this.colour = new Float32Array(width * rows * 3)
    this.alpha = new Float32Array(width * rows)
  }

  /** Starts anew at a row of the picture. */
  begin(top, rows) {
    this.top = top
    this.rows = rows
    this.colour.fill(0)
    this.alpha.fill(0)
  }

  /** Puts a colour, 0…255 a channel or what is left of it in this range, over what is there. */
  over(index, coverage, red, green, blue) {
    const { colour, alpha } = this
    const behind = 1 - coverage
    const at = 3 * index
    colour[at] = colour[at] * behind + coverage * inRange(red)
    colour[at + 1] = colour[at + 1] * behind + coverage * inRange(green)
    colour[at + 2] = colour[at + 2] * behind + coverage * inRange(blue)
    alpha[index] = alpha[index] * behind + coverage
  }
}

function inRange(value) {
  return value < 0 ? 0 : value > 255 ? 255 : value
}
