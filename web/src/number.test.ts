import { describe, expect, it } from 'vitest'
import { count, limit, number, percent } from './number'

describe('numbers', () => {
  it('never contradict their verdict', () => {
    expect(number(0.501787, 0.5, 3)).toBe('0.502')
    expect(number(0.50004, 0.5, 3)).toBe('0.50004')
    expect(number(0.5, 0.5, 3)).toBe('0.500')
    expect(number(7.4999, 7.5)).toBe('7.4999')
    expect(number(7.494, 7.5)).toBe('7.49')
  })
  it('say what is missing and keep the sign', () => {
    expect(number(null)).toBe('–')
    expect(number(-1.25)).toBe('−1.25')
    expect(count(12345)).toBe('12,345')
    expect(limit(0.45)).toBe('0.45')
    expect(limit(2000)).toBe('2,000')
    expect(percent(0.8504, 0.85)).toBe('85.04%')
  })
})
