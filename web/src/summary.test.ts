import { expect, test } from 'vitest'
import { alone } from './summary'
import type { Section, Verdict } from './types'

const section = (...verdicts: Verdict[]) =>
  ({ indicators: verdicts.map((verdict, n) => ({ id: `L${n + 1}`, value: 1, threshold: 2, floor: 1.7, verdict })) }) as Section

test('one indicator brought to the standard lets a section pass only if the others keep the rule', () => {
  expect(alone(section('met', 'not_met', 'met', 'met'))).toEqual(['L2'])
  // One may be missed, if it keeps the floor.
  expect(alone(section('met', 'not_met', 'met', 'tolerated'))).toEqual(['L2'])
  expect(alone(section('not_met', 'not_met', 'met', 'met'))).toEqual([])
  expect(alone(section('not_met', 'tolerated', 'tolerated', 'met'))).toEqual([])
  // Two that keep the floor are one too many: either helps.
  expect(alone(section('met', 'tolerated', 'tolerated', 'met'))).toEqual(['L2', 'L3'])
  expect(alone(section('tolerated', 'tolerated', 'tolerated', 'met'))).toEqual([])
  expect(alone(section('not_met', 'undetermined', 'met', 'met'))).toEqual([])
  expect(alone(section('not_met', 'tolerated', 'tolerated', 'met'), 2)).toEqual(['L1'])
})
