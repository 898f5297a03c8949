import { expect, test } from 'vitest'
import type { ZoneMap } from '../types'
import { standing, Zoning } from './zoning'

// Four blocks in a row; two schools at the ends, the first with room for 20 only.
const county = (): ZoneMap => ({
  stage: 'primary', county: '', synthetic: true, area: 'voronoi', area_note: '', travel_title: '', travel_unit: 'metres',
  schools: [{ school_id: 'A', name: 'A', point: null, places: 20 }, { school_id: 'B', name: 'B', point: null, places: 100 }],
  blocks: [0, 1, 2, 3].map((n) => ({
    block_id: `b${n}`, name: '', township: '', point: null, children: 10, school: n < 2 ? 0 : 1, area: [],
    travel: [[0, n * 100], [1, (3 - n) * 100]],
  })),
  adjacency: [[0, 1], [1, 2], [2, 3]],
})

test('loads, pieces and ways follow the hand, and undo takes a whole stroke back', () => {
  const zoning = new Zoning(county())
  expect(zoning.totals()).toEqual({ over: 0, split: 0, moved: 0, mean: 50, unknown: 0 })
  zoning.assign([[3, 0]])
  expect(zoning.totals()).toEqual({ over: 1, split: 1, moved: 10, mean: 125, unknown: 0 })
  zoning.assign([[2, 0]], true)
  expect(zoning.totals()).toMatchObject({ over: 1, split: 0, moved: 20 })
  expect(zoning.changes()).toEqual({ b2: 'A', b3: 'A' })
  expect(zoning.loads()[0]).toMatchObject({ students: 40, more: 20, pieces: 1 })
  zoning.undo()
  expect([zoning.undoable, zoning.changes()]).toEqual([0, {}])
})

test('a draft is taken up with its undo and its locks', () => {
  const zoning = new Zoning(county())
  zoning.assign([[2, 0]])
  zoning.assign([[3, 0]])
  zoning.locked.add(1)
  const again = new Zoning(county())
  again.take(JSON.parse(JSON.stringify(zoning.kept())))
  expect([again.undoable, again.changes(), [...again.locked]]).toEqual([2, { b2: 'A', b3: 'A' }, [1]])
  again.undo()
  expect(again.changes()).toEqual({ b2: 'A' })
})

test('a locked zone neither gives nor takes', () => {
  const zoning = new Zoning(county())
  zoning.locked.add(0)
  expect(zoning.assign([[0, 1], [3, 0]])).toBe(false)
  zoning.locked.clear()
  expect(zoning.assign([[1, 1]])).toBe(true)
})

test('zones that touch have different colours; without an adjacency all have', () => {
  expect(new Zoning(county()).colours()).toEqual([0, 1])
  expect(new Zoning({ ...county(), adjacency: null }).colours()).toEqual([0, 1])
  expect(new Zoning({ ...county(), adjacency: null }).totals().split).toBe(0)
})

test('five thousand blocks are reckoned in the time of a frame or two', () => {
  const wide = county()
  wide.blocks = Array.from({ length: 5000 }, (_, n) => ({ ...(wide.blocks[0] as ZoneMap['blocks'][number]), block_id: `b${n}`, school: n % 60 }))
  wide.schools = Array.from({ length: 60 }, (_, n) => ({ school_id: `${n}`, name: '', point: null, places: 900 }))
  wide.adjacency = Array.from({ length: 4999 }, (_, n) => [n, n + 1])
  const zoning = new Zoning(wide)
  const began = performance.now()
  zoning.totals()
  zoning.colours()
  // Generous: machines are shared, and a slow algorithm takes seconds.
  expect(performance.now() - began).toBeLessThan(500)
})

test('a school is full beyond its places, and nearly so above 95 %', () => {
  const load = (students: number, places: number | null) => ({ students, places, more: 0, pieces: null })
  expect([load(101, 100), load(100, 100), load(95, 100), load(5, null), undefined].map(standing)).toEqual(['not_met', 'tolerated', 'met', 'plain', 'plain'])
})
