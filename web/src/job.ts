// A command that runs at the server while the page goes on: start it, watch it, stop it.
import { onUnmounted, reactive } from 'vue'
import { addJob, cancelJob, job as ask, jobResult, Refusal, type Options } from './api'
import type { Finding, Job } from './types'

export interface Running<T> {
  job: Job | null
  busy: boolean
  result: T | null
  error: string
  findings: Finding[]
  start: (command: string, snapshot: string, options: Options, format?: string) => Promise<T | null>
  /** Watches a job that something else begins. */
  follow: (begin: () => Promise<Job>) => Promise<T | null>
  stop: () => void
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

export function useJob<T = unknown>(): Running<T> {
  let turn = 0
  const state: Running<T> = reactive({
    job: null, busy: false, result: null, error: '', findings: [],
    start: (command: string, snapshot: string, options: Options, format?: string) =>
      state.follow(() => addJob(command, snapshot, options, format)),
    async follow(begin: () => Promise<Job>): Promise<T | null> {
      const mine = ++turn
      Object.assign(state, { job: null, busy: true, error: '', findings: [] })
      try {
        let job = await begin()
        for (let n = 0; job.state === 'waiting' || job.state === 'running'; n++) {
          if (mine !== turn) return null
          state.job = job
          await wait(Math.min(150 + n * 100, 1000))
          job = await ask(job.id)
        }
        if (mine !== turn) return null
        state.job = job
        if (job.problem) throw new Refusal(422, job.problem.message, job.problem.findings)
        if (job.result) state.result = await jobResult<T>(job.id)
        return state.result as T | null
      } catch (problem) {
        if (mine === turn) {
          state.error = (problem as Error).message
          state.findings = problem instanceof Refusal ? problem.findings : []
        }
        return null
      } finally {
        if (mine === turn) state.busy = false
      }
    },
    stop() {
      if (state.job) void cancelJob(state.job.id)
    },
  }) as Running<T>
  // A page that was left asks no more; the job itself goes on.
  onUnmounted(() => turn++)
  return state
}
