import { expect, test } from 'vitest'
import { left } from './draft'

test('what was typed while a draft was sent stays to be sent', () => {
  const pending = { base: 3, values: { a: '1', b: '22', c: '3', d: '4' } }
  const sent = { a: '1', b: '2', d: '4' }
  expect(left(pending, sent, 4, ['d'])).toEqual({ base: 4, values: { b: '22', c: '3' } })
})
