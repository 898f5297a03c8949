// What a school has below the standard, in one sentence.
import { t } from './lang'
import { unitOf } from './names'
import { count } from './number'
import type { Evaluation, Section } from './types'

/** The indicators that sections have below the standard, each with how much of it is lacking. */
export function lacks({ indicators }: Evaluation['standard'], sections: Section[]): string {
  const about = (id: string) => indicators.find((i) => i.id === id)
  const short = sections.flatMap((s) => s.indicators.filter((i) => i.verdict === 'not_met' || i.verdict === 'tolerated'))
  const words = short.map((i) => `${about(i.id)?.title ?? i.id}${i.short_of_threshold === undefined ? '' : ` (${t.value.school.lacks} ${count(i.short_of_threshold)} ${unitOf(about(i.id), i.short_of_threshold)})`}`)
  return words.length ? t.value.school.lead(words.join(t.value.comma)) : ''
}
