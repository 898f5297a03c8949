/** Positions on a line from 0. */
export interface Scale {
  at: (value: number) => number
  ticks: number[]
}

/** A scale from 0 to a round number at or above `most`, over `width` pixels from `left`. */
export function scale(most: number, left: number, width: number): Scale {
  // 1, 2, 2.5 or 5 times a power of ten, such that there are at most five steps.
  const ten = 10 ** Math.floor(Math.log10(most / 5 || 1))
  const step = [1, 2, 2.5, 5, 10].map((n) => n * ten).find((s) => most / s <= 5 + 1e-9) ?? most
  const end = Math.max(step, Math.ceil(most / step - 1e-9) * step)
  const ticks = []
  for (let n = 0; n * step <= end + 1e-9; n++) ticks.push(n * step)
  return { at: (value) => left + (Math.max(0, Math.min(value, end)) / end) * width, ticks }
}

/** Where points of one row go, so that none hides another: a step up or down for each that is near. */
export function spread(positions: number[], near: number, most: number): number[] {
  const order = positions.map((x, n) => [x, n] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const offsets = new Array<number>(positions.length).fill(0)
  const last: number[] = []
  for (const [x, n] of order) {
    let level = last.findIndex((end) => end + near <= x)
    if (level < 0) level = last.length < most ? last.length : last.indexOf(Math.min(...last))
    last[level] = x
    offsets[n] = level % 2 ? -Math.ceil(level / 2) : Math.ceil(level / 2)
  }
  return offsets
}
