import { expect, test } from 'vitest'
import { en } from './locales/en'
import { zh } from './locales/zh'
import { speak } from './speak'

/** Sources whose advice names options. */
const sources = import.meta.glob<string>('../../crates/{core,intake,plan,paper}/src/**/*.rs', { query: '?raw', import: 'default', eager: true })
const named = Object.values(sources)
  .flatMap((source) => source.split('\n').filter((line) => !line.trim().startsWith('//')))
  .flatMap((line) => [...line.matchAll(/--([a-z]{2,}(?:-[a-z]+)*)/g)].map((m) => m[1] ?? ''))

test('no advice on a page names an option of the command line', () => {
  expect(named.length).toBeGreaterThan(30)
  for (const { options } of [zh, en]) expect([...new Set(named)].filter((n) => !(n in options))).toEqual([])
})

test('options become the names of fields, with their values', () => {
  expect(speak(zh, '在相邻表中补上相邻关系，或用 --contiguity not-worse 或 off')).toBe('在相邻表中补上相邻关系，或用 “学区连片” 不比现状更散 或 不要求')
  expect(speak(en, 'with --max-load 1.08 that plan is allowed')).toBe('with “Greatest load” 1.08 that plan is allowed')
  expect(speak(zh, '前方--后方')).toBe('前方--后方')
  expect(speak(zh, 'term-years 的取值 1.5 不可用。')).toBe('“每次交流的年限” 的取值 1.5 不可用。')
  expect(speak(en, 'max-load cannot be -1.')).toBe('“Greatest load” cannot be -1.')
  expect(speak(en, 'nothing is given')).toBe('nothing is given')
})
