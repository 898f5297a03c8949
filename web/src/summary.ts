// What the overview says of an evaluation. Nothing is judged here: verdicts are the server's.
import { unitOf } from './names'
import type { Evaluation, Item, Section, Verdict } from './types'

export const together = (verdicts: (Verdict | null)[]): Verdict =>
  verdicts.includes('not_met') ? 'not_met' : verdicts.some((v) => v === null || v === 'undetermined') ? 'undetermined' : 'met'

const good = (v: Verdict | null) => v === 'met' || v === 'not_applicable'

export interface Card {
  verdict: Verdict
  met: number
  not: number
  of: number
}

/** Two cards as one. */
export const joined = (a: Card, b: Card): Card => ({ verdict: together([a.verdict, b.verdict]), met: a.met + b.met, not: a.not + b.not, of: a.of + b.of })

const card = (verdicts: (Verdict | null)[]): Card => ({
  verdict: together(verdicts),
  met: verdicts.filter(good).length,
  not: verdicts.filter((v) => v === 'not_met').length,
  of: verdicts.length,
})

export interface Failing {
  section: Section
  reasons: { id: string; title: string; short: number | null; unit: string }[]
}

export interface Summary {
  variation: Card
  schools: Card
  groups: Record<Item['group'], Card>
  failing: Failing[]
  easiest: { title: string; sections: number } | null
}

/** How far a figure reaches its standard: 1 is the standard, more is better, also where less is. */
export const reach = ({ at_most }: { at_most?: boolean }, { value, threshold }: { value: number | null; threshold: number | null }): number | null => {
  if (value === null || !threshold) return null
  if (!at_most) return value / threshold
  return value > 0 ? threshold / value : Infinity
}

/** Indicators that a section may miss without failing: one of seven, where the standard says nothing else. */
const MISSES = 1

/** The indicators of a failing section of which any one, brought to the standard, lets the section pass. */
export function alone(section: Section, misses = MISSES): string[] {
  const short = section.indicators.filter((i) => i.verdict !== 'met')
  return short.flatMap((i) => {
    const left = short.filter((o) => o !== i)
    // None may lie below its floor, and only so many below the standard.
    const passes = left.length <= misses && left.every((o) => o.verdict === 'tolerated' || (o.verdict === 'not_met' && o.floor === null))
    return passes ? [i.id] : []
  })
}

export function summary(evaluation: Evaluation): Summary {
  const scope = evaluation.sections.filter((s) => s.in_scope)
  const about = (id: string) => evaluation.standard.indicators.find((i) => i.id === id)
  const failing = scope
    .filter((s) => s.verdict === 'not_met')
    .map((section) => ({
      section,
      reasons: section.indicators
        .filter((i) => i.verdict === 'not_met' || i.verdict === 'tolerated')
        .map((i) => ({ id: i.id, title: about(i.id)?.title ?? i.id, short: i.short_of_threshold ?? null, unit: unitOf(about(i.id), i.short_of_threshold) })),
    }))
    .sort((a, b) => b.reasons.length - a.reasons.length || (b.section.students ?? 0) - (a.section.students ?? 0))
  const single = new Map<string, number>()
  for (const f of failing) for (const id of alone(f.section, evaluation.standard.tolerated)) single.set(id, (single.get(id) ?? 0) + 1)
  const best = [...single].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]
  const group = (id: Item['group']) => card(evaluation.items.filter((i) => i.group === id).map((i) => i.verdict))
  return {
    variation: card(evaluation.variation.map((v) => v.verdict)),
    schools: card(scope.map((s) => s.verdict)),
    groups: {
      entry: group('entry'), resource: group('resource'), government: group('government'),
      quality: group('quality'), recognition: group('recognition'), veto: group('veto'),
    },
    failing,
    easiest: best ? { title: about(best[0])?.title ?? best[0], sections: best[1] } : null,
  }
}
