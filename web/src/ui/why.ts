// Which number is being explained; the drawer shows it.
import { ref } from 'vue'
import type { Options } from '../api'

/** Instead of a data set: what the caller's own school is told of itself. */
export const OWN = ''

export interface Question {
  snapshot: string
  item: string
  school?: string
  stage?: string
  /** The standard to explain by, as the address has it. */
  options?: Options
}

export const asked = ref<Question | null>(null)
