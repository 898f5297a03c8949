// A command that runs at the server while the page goes on: start it, watch it, stop it.
import { onUnmounted, reactive, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { addJob, cancelJob, job as ask, jobResult, jobs, Refusal, retellJob, session, type Options } from './api'
import { spoken } from './spoken'
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
  /** The same once more, in the language of the page: the planners repeat themselves exactly. */
  retell: () => Promise<T | null>
  /** Finds what was computed before: the job that is named, else the newest that fits. */
  resume: (fits: (job: Job) => boolean, named?: string) => Promise<T | null>
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
        if (job.problem) throw new Refusal(422, spoken(job.problem.message), job.problem.findings)
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
    async retell() {
      const { job } = state
      return job && state.follow(() => retellJob(job.id))
    },
    async resume(fits, named) {
      const mine = turn
      const alive = (j: Job) => ['done', 'running', 'waiting'].includes(j.state)
      const known = named ? await ask(named).catch(() => null) : null
      const found = known && alive(known) && fits(known) ? known : (await jobs().catch(() => [])).find((j) => alive(j) && fits(j))
      return found && mine === turn ? state.follow(async () => found) : null
    },
    stop() {
      if (state.job) void cancelJob(state.job.id)
    },
  }) as Running<T>
  // A page that was left asks no more; the job itself goes on.
  onUnmounted(() => turn++)
  return state
}

/** Texts of an option, given once, several times or not at all. */
export const texts = (value: Job['options'][string] | undefined) => [value ?? []].flat().map(String)

/** Keeps a page's plan: the address names its job, and who comes back finds it again. */
export function useKept<T>(running: Running<T>, command: string, snapshot: Ref<string>, fits: (job: Job) => boolean, taken: (job: Job, plan: T) => void) {
  const route = useRoute()
  const router = useRouter()
  watch(snapshot, async (id) => {
    running.result = null
    const named = String(route.query.job ?? '')
    if (!id || !(named || session.state?.account?.commands.includes(command))) return
    const plan = await running.resume((j) => j.command === command && j.snapshot === id && fits(j), named)
    if (plan && running.job) taken(running.job, plan)
  }, { immediate: true })
  watch(() => running.job?.state === 'done' && running.job.id, (id) => {
    if (id && route.query.job !== id) void router.replace({ query: { ...route.query, job: id } })
  })
}
