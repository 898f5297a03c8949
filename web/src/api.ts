// One place where the server is asked. A refusal is an Error whose words are the server's own.

import { reactive } from 'vue'
import { lang } from './lang'
import type { Comment, Comparison, Derivation, Evaluation, Finding, Found, Job, Org, Person, Publication, Settings, Snapshot, StandardRow, State } from './types'

export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly findings: Finding[],
    readonly code = '',
  ) {
    super(message)
  }
}

export const session = reactive<{ state: State | null }>({ state: null })

export async function ask<T>(method: string, path: string, body?: BodyInit | object): Promise<T> {
  const headers: Record<string, string> = { 'accept-language': lang.value }
  const csrf = session.state?.account?.csrf
  if (csrf) headers['x-csrf-token'] = csrf
  let sent: BodyInit | undefined
  if (body instanceof FormData) sent = body
  else if (body) {
    headers['content-type'] = 'application/json'
    sent = JSON.stringify(body)
  }
  let answer: Response
  try {
    answer = await fetch(path, { method, headers, body: sent })
  } catch {
    throw new Refusal(0, lang.value === 'en' ? 'The server does not answer. Nothing was lost; try again.' : '服务器没有应答。没有丢失内容，请重试。', [])
  }
  const text = await answer.text()
  const json = text ? JSON.parse(text) : {}
  if (!answer.ok) {
    if (answer.status === 401 && session.state?.account) session.state.account = null
    throw new Refusal(answer.status, json.message ?? answer.statusText, json.findings ?? [], json.error)
  }
  return json as T
}

export async function refresh(): Promise<State> {
  session.state = await ask<State>('GET', '/api/v1/state')
  return session.state
}

export const setup = (given: object) => ask('POST', '/api/v1/setup', given)
export const login = (given: object) => ask('POST', '/api/v1/login', given)
export const logout = () => ask('POST', '/api/v1/logout', {})
export const password = (given: object) => ask('POST', '/api/v1/password', given)
export const snapshots = () =>
  ask<{ snapshots: Snapshot[] }>('GET', '/api/v1/snapshots').then((a) => a.snapshots)
export const accept = (id: string) => ask('POST', `/api/v1/snapshots/${id}/accept`, {})
export const upload = (files: FormData) =>
  ask<{ id: string; title: string; findings: Finding[] }>('POST', '/api/v1/snapshots', files)
export const check = (id: string) =>
  told<{ findings: Finding[] }>(id, 'check').then((a) => a.findings)
export const standards = () =>
  ask<{ standards: StandardRow[] }>('GET', '/api/v1/standards').then((a) => a.standards)
export const book = (id: string) =>
  ask<{ standard: { id: string; title: string; book: string } }>('GET', `/api/v1/standards/${id}`)
export const accounts = () =>
  ask<{ accounts: Person[] }>('GET', '/api/v1/accounts')
export const changeAccount = (id: string, given: object) => ask('POST', `/api/v1/accounts/${id}`, given)
export const orgs = () => ask<{ orgs: Org[] }>('GET', '/api/v1/orgs').then((a) => a.orgs)
export const addAccount = (given: object) => ask('POST', '/api/v1/accounts', given)

/** A query with options as the command line has them; lists repeat, `true` is a flag. */
export type Options = Record<string, string | number | boolean | string[] | undefined>
export function query(options: Options): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(options)) {
    if (Array.isArray(value)) value.forEach((v) => given.append(name, v))
    else if (value === true) given.append(name, '')
    else if (value !== undefined && value !== false && value !== '') given.append(name, String(value))
  }
  const text = given.toString()
  return text ? `?${text}` : ''
}

// Snapshots never change, so what a command says of one is asked for once.
const known = new Map<string, Promise<unknown>>()
export function told<T>(id: string, command: string, options: Options = {}): Promise<T> {
  const path = `/api/v1/snapshots/${id}/${command}${query(options)}`
  const key = `${lang.value} ${path}`
  let answer = known.get(key) as Promise<T> | undefined
  if (!answer) {
    answer = ask<T>('GET', path)
    answer.catch(() => known.delete(key))
    known.set(key, answer)
  }
  return answer
}
export const evaluation = (id: string, options: Options = {}) => told<Evaluation>(id, 'evaluate', options)
export const explain = (id: string, options: Options) =>
  told<{ explanation: Derivation }>(id, 'explain', options).then((a) => a.explanation)
export const compare = (before: string, after: string) => ask<Comparison>('GET', `/api/v1/compare/${before}/${after}`)
export const search = (id: string, q: string) =>
  ask<{ results: Found[] }>('GET', `/api/v1/snapshots/${id}/search${query({ q })}`).then((a) => a.results)

export const addJob = (command: string, snapshot: string, options: Options, format?: string) =>
  ask<Job>('POST', '/api/v1/jobs', { command, snapshot, options, format })
export const job = (id: string) => ask<Job>('GET', `/api/v1/jobs/${id}`)
export const cancelJob = (id: string) => ask<Job>('POST', `/api/v1/jobs/${id}/cancel`, {})
export const jobResult = <T>(id: string) => ask<T>('GET', `/api/v1/jobs/${id}/result`)
export const jobFile = (id: string, name: string) => `/api/v1/jobs/${id}/files/${encodeURIComponent(name)}`
export const acceptJob = (id: string, title: string) => ask<{ id: string }>('POST', `/api/v1/jobs/${id}/accept`, { title })
export const keepZones = (id: string, given: { title: string; stage: string; zones: Record<string, string> }) =>
  ask<{ id: string }>('POST', `/api/v1/snapshots/${id}/zones`, given)

export const settings = () => ask<{ settings: Settings }>('GET', '/api/v1/settings').then((a) => a.settings)
export const setSettings = (given: Settings) => ask('POST', '/api/v1/settings', given)
export const publications = () => ask<{ publications: Publication[]; comments: Comment[] }>('GET', '/api/v1/publications')
export const publish = (given: object) => ask('POST', '/api/v1/publications', given)
export const withdraw = (id: string) => ask('POST', '/api/v1/publications/withdraw', { id })
