// Which number is being explained; the drawer shows it.
import { ref } from 'vue'

export interface Question {
  snapshot: string
  item: string
  school?: string
  stage?: string
}

export const asked = ref<Question | null>(null)
