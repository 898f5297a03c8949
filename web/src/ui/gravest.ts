// What fails is read first, then what is open; otherwise the standard's own order stays.
import type { Verdict } from '../types'

const ORDER: Verdict[] = ['not_met', 'undetermined', 'tolerated', 'met', 'not_applicable']

/** Steps of a derivation, those that fail before the others; steps without a verdict are parts of a formula and stay. */
export function gravest<T extends { verdict?: Verdict | null }>(steps: T[]): T[] {
  if (!steps.every((s) => s.verdict)) return steps
  const place = (s: T) => ORDER.indexOf(s.verdict as Verdict)
  return [...steps].sort((a, b) => place(a) - place(b))
}
