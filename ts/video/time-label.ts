/** Times drawn as shapes, so that a label looks the same on a machine without fonts. */

/** Of one digit, in pixels. */
const [width, height, gap] = [7, 13, 4]

/** From its top left to the right: clockwise around, the middle last. */
const strokes: Readonly<Record<string, string>> = {
  a: `M0 0H${width}`,
  b: `M${width} 0V${height / 2}`,
  c: `M${width} ${height / 2}V${height}`,
  d: `M0 ${height}H${width}`,
  e: `M0 ${height / 2}V${height}`,
  f: `M0 0V${height / 2}`,
  g: `M0 ${height / 2}H${width}`,
}

const digits = ['abcdef', 'bc', 'abged', 'abgcd', 'fgbc', 'afgcd', 'afgedc', 'abc', 'abcdefg', 'abcdfg']

const marks: Readonly<Record<string, string>> = {
  ':': `M0 ${height * 0.25}v2M0 ${height * 0.7}v2`,
  '.': `M0 ${height - 1}v2`,
}

/** As a part of an SVG: white on a dark plate whose lower left corner is there. */
export function timeLabel(seconds: number, left: number, bottom: number): string {
  let at = left + 8
  const shapes = Array.from(clock(seconds), (character) => {
    const isDigit = character >= '0' && character <= '9'
    const path = isDigit ? Array.from(digits[Number(character)]!, (one) => strokes[one]!).join('') : marks[character]!
    const shape = `<path transform="translate(${at} ${bottom - height - 7})" d="${path}"/>`
    at += (isDigit ? width : 1) + gap
    return shape
  })
  const plate = `<path d="M${left} ${bottom}v-${height + 13}H${at + 3}v${height + 13}z" fill="#000" fill-opacity="0.6"/>`
  return `${plate}<g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round">${shapes.join('')}</g>`
}

/** Minutes, seconds and hundredths; with hours where there are any. */
export function clock(seconds: number): string {
  const hundredths = Math.round(Math.max(0, seconds) * 100)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(hundredths / 360_000), Math.floor(hundredths / 6000) % 60]
  const rest = `${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}
