// Zones while they are edited: who serves which block, what that means, and how to take it back. The server
// judges what is saved; here it is only reckoned fast enough to follow the hand.
import type { ZoneMap } from '../types'

/** A change that can be taken back: blocks and who served them before. */
type Step = [block: number, before: number][]

/** What was done by hand: who serves what instead of today's school, how it came about, which zones are locked. */
export interface Kept {
  owner: [block: number, school: number][]
  steps: Step[]
  locked: number[]
}

export interface Load {
  students: number
  places: number | null
  /** Students more than today. */
  more: number
  /** In how many pieces; null where nothing is known of what touches what. */
  pieces: number | null
}

export interface Totals {
  over: number
  split: number
  moved: number
  /** Mean way in metres of those whose way is known; null where ways are costs. */
  mean: number | null
  /** Students whose way to their school is not known. */
  unknown: number
}

export const NONE = -1

/** Students for each place. */
export const ratio = (load: Load | undefined) => (load?.places ? load.students / load.places : null)

/** How full a school is. */
export function standing(load: Load | undefined): 'plain' | 'not_met' | 'tolerated' | 'met' {
  const full = ratio(load)
  return full === null ? 'plain' : full > 1 ? 'not_met' : full > 0.95 ? 'tolerated' : 'met'
}

export class Zoning {
  readonly base: Int32Array
  readonly owner: Int32Array
  readonly locked = new Set<number>()
  private steps: Step[] = []
  private readonly near: number[][]

  constructor(readonly map: ZoneMap) {
    this.base = Int32Array.from(map.blocks, (b) => b.school ?? NONE)
    this.owner = this.base.slice()
    this.near = map.blocks.map(() => [])
    for (const [a, b] of map.adjacency ?? []) {
      this.near[a]?.push(b)
      this.near[b]?.push(a)
    }
  }

  get undoable() {
    return this.steps.length
  }

  /** Gives blocks to a school; those of locked zones stay. Whether anything changed. */
  assign(changes: Iterable<[block: number, school: number]>, onto = false): boolean {
    const step: Step = []
    for (const [block, school] of changes) {
      const before = this.owner[block]
      if (before === undefined || before === school || this.locked.has(before) || this.locked.has(school)) continue
      step.push([block, before])
      this.owner[block] = school
    }
    if (!step.length) return false
    // A stroke of the brush is one step, however many blocks it met.
    const last = this.steps.at(-1)
    if (onto && last) last.push(...step)
    else this.steps.push(step)
    return true
  }

  undo() {
    for (const [block, before] of this.steps.pop()?.reverse() ?? []) this.owner[block] = before
  }

  kept(): Kept {
    return { owner: [...this.owner].flatMap((s, n): [number, number][] => (s === this.base[n] ? [] : [[n, s]])), steps: this.steps, locked: [...this.locked] }
  }

  /** Takes up what was done before. */
  take({ owner, steps, locked }: Kept) {
    for (const [block, school] of owner) this.owner[block] = school
    this.steps = steps
    for (const school of locked) this.locked.add(school)
  }

  /** Blocks whose school differs from today's, by their ids. */
  changes(): Record<string, string> {
    const changed: Record<string, string> = {}
    this.map.blocks.forEach((b, n) => {
      const school = this.map.schools[this.owner[n] ?? NONE]
      if (school && this.owner[n] !== this.base[n]) changed[b.block_id] = school.school_id
    })
    return changed
  }

  loads(owner = this.owner): Load[] {
    const students = new Float64Array(this.map.schools.length)
    const today = new Float64Array(this.map.schools.length)
    this.map.blocks.forEach((b, n) => {
      const [now, then] = [owner[n] ?? NONE, this.base[n] ?? NONE]
      if (now >= 0) students[now] = (students[now] ?? 0) + b.children
      if (then >= 0) today[then] = (today[then] ?? 0) + b.children
    })
    const pieces = this.map.adjacency ? this.pieces(owner) : null
    return this.map.schools.map((s, n) => ({
      students: students[n] ?? 0, places: s.places, more: (students[n] ?? 0) - (today[n] ?? 0), pieces: pieces ? (pieces[n] ?? 0) : null,
    }))
  }

  private pieces(owner: Int32Array): Int32Array {
    const pieces = new Int32Array(this.map.schools.length)
    const seen = new Uint8Array(owner.length)
    for (let start = 0; start < owner.length; start++) {
      const school = owner[start] ?? NONE
      if (school < 0 || seen[start]) continue
      pieces[school] = (pieces[school] ?? 0) + 1
      const waiting = [start]
      seen[start] = 1
      for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
        for (const next of this.near[block] ?? []) {
          if (!seen[next] && owner[next] === school) {
            seen[next] = 1
            waiting.push(next)
          }
        }
      }
    }
    return pieces
  }

  totals(owner = this.owner, loads = this.loads(owner)): Totals {
    let way = 0, students = 0, moved = 0, unknown = 0
    this.map.blocks.forEach((b, n) => {
      const school = owner[n] ?? NONE
      if (this.base[n] !== NONE && school !== this.base[n]) moved += b.children
      if (!b.children || school < 0) return
      const there = b.travel.find(([s]) => s === school)
      if (!there) {
        unknown += b.children
        return
      }
      way += b.children * there[1]
      students += b.children
    })
    return {
      over: loads.filter((l) => l.places !== null && l.students > l.places).length,
      split: loads.filter((l) => (l.pieces ?? 1) > 1).length,
      moved, mean: this.map.travel_unit === 'metres' && students ? way / students : null, unknown,
    }
  }

  /** A colour for each zone, such that zones that touch differ: the first that no neighbour has. */
  colours(owner = this.owner): number[] {
    const touching = this.map.schools.map(() => new Set<number>())
    for (const [a, b] of this.map.adjacency ?? []) {
      const [x, y] = [owner[a] ?? NONE, owner[b] ?? NONE]
      if (x !== y && x >= 0 && y >= 0) {
        touching[x]?.add(y)
        touching[y]?.add(x)
      }
    }
    const colours: number[] = []
    touching.forEach((near, n) => {
      const taken = new Set([...near].map((s) => colours[s]))
      let colour = this.map.adjacency ? 0 : n
      while (taken.has(colour)) colour++
      colours[n] = colour
    })
    return colours
  }
}
