// Work that may fail: while it runs buttons wait, afterwards the server's own words stand on the page.
import { reactive } from 'vue'
import { Refusal } from './api'
import type { Finding } from './types'

export interface Guard {
  busy: boolean
  error: string
  /** What stands in the way, where the server listed it. */
  findings: Finding[]
  /** Does something; whether it came about. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useGuard(): Guard {
  const state: Guard = reactive({
    busy: false, error: '', findings: [],
    async run(work: () => Promise<unknown>) {
      Object.assign(state, { busy: true, error: '', findings: [] })
      try {
        await work()
        return true
      } catch (problem) {
        state.error = (problem as Error).message
        state.findings = problem instanceof Refusal ? problem.findings : []
        return false
      } finally {
        state.busy = false
      }
    },
  }) as Guard
  return state
}
