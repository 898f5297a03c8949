import { describe, expect, it } from 'vitest'
import { scale, spread } from './scale'

describe('scale', () => {
  it('ends on a round number at or above the most', () => {
    expect(scale(0.53, 0, 100).ticks.at(-1)).toBeCloseTo(0.6)
    expect(scale(0.5, 0, 100).ticks.at(-1)).toBeCloseTo(0.5)
    expect(scale(0.5, 10, 100).at(0.25)).toBeCloseTo(60)
    expect(scale(2.4, 0, 100).at(99)).toBe(100)
    expect(scale(112_320, 0, 100).ticks).toEqual([0, 25_000, 50_000, 75_000, 100_000, 125_000])
  })
})

describe('spread', () => {
  it('keeps near points apart and far points on the line', () => {
    expect(spread([0, 50, 100], 8, 7)).toEqual([0, 0, 0])
    expect(new Set(spread([10, 11, 12], 8, 7)).size).toBe(3)
  })
})
