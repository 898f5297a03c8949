import { expect, it } from 'vitest'
import type { Verdict } from '../types'
import { gravest } from './gravest'

const steps = (...all: [string, Verdict | null][]) => all.map(([title, verdict]) => ({ title, verdict }))
const order = (of: { title: string }[]) => of.map((s) => s.title).join('')

it('puts what fails first and keeps the order of the standard', () => {
  expect(order(gravest(steps(['a', 'met'], ['b', 'not_met'], ['c', 'undetermined'], ['d', 'met'], ['e', 'not_met'])))).toBe('becad')
})

it('leaves the parts of a formula where they stand', () => {
  expect(order(gravest(steps(['a', 'met'], ['b', null], ['c', 'not_met'])))).toBe('abc')
})
