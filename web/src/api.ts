// One place where the server is asked. A refusal is an Error whose words are the server's own.

import { reactive } from 'vue'
import { lang } from './lang'
import { spoken } from './spoken'
import type { AuditLine, Chosen, Comment, Comparison, County, Derivation, Evaluation, Evidence, Explained, Field, Finding, Found, Interest, Job, Org, Person, Publication, Settings, Snapshot, StandardRow, State } from './types'

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

/** Said where the server cannot be reached. */
export const gone = () => (lang.value === 'en' ? 'The server does not answer. Nothing was lost; try again.' : '服务器没有应答。没有丢失内容，请重试。')

/** What a refusal says; what stands between the page and the server may answer in another form. */
function worded(text: string): { message?: string; findings?: Finding[]; error?: string } {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

export const session = reactive<{ state: State | null }>({ state: null })

async function send(method: string, path: string, body?: BodyInit | object): Promise<Response> {
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
    throw new Refusal(0, gone(), [])
  }
  if (!answer.ok) {
    const text = await answer.text()
    const json = worded(text)
    if (answer.status === 401 && session.state?.account) session.state.account = null
    throw new Refusal(answer.status, json.message ? spoken(json.message) : lang.value === 'en' ? `The server failed (${answer.status}). Nothing was lost; try again later.` : `服务器出错(${answer.status})。没有丢失内容，请稍后再试。`, json.findings ?? [], json.error)
  }
  return answer
}

export async function ask<T>(method: string, path: string, body?: BodyInit | object): Promise<T> {
  const text = await (await send(method, path, body)).text()
  return (text ? JSON.parse(text) : {}) as T
}

/** All pages of a long listing. */
export async function pages<T>(path: string): Promise<T[]> {
  const all: T[] = []
  for (let after = ''; ; ) {
    const page = await ask<T & { next: string | null }>('GET', `${path}${query({ after })}`)
    all.push(page)
    if (!page.next) return all
    after = page.next
  }
}

/** Sends something and saves the file that comes back under the server's name for it. */
async function save(path: string, body: FormData) {
  const answer = await send('POST', path, body)
  const name = answer.headers.get('content-disposition')?.split("UTF-8''")[1] ?? 'junheng'
  saveAs(await answer.blob(), decodeURIComponent(name))
}

/** Has the browser save something under a name. */
export function saveAs(content: Blob, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

export async function refresh(): Promise<State> {
  session.state = await ask<State>('GET', '/api/v1/state')
  return session.state
}

export const setup = (given: object) => ask('POST', '/api/v1/setup', given)
export const login = (given: object) => ask('POST', '/api/v1/login', given)
export const logout = () => ask('POST', '/api/v1/logout', {})
export const password = (given: object) => ask('POST', '/api/v1/password', given)
export const snapshots = () => pages<{ snapshots: Snapshot[]; chosen: Record<string, Chosen> }>('/api/v1/snapshots')
  .then((all) => ({ snapshots: all.flatMap((p) => p.snapshots), chosen: Object.assign({}, ...all.map((p) => p.chosen)) as Record<string, Chosen> }))
export const accept = (id: string) => ask('POST', `/api/v1/snapshots/${id}/accept`, {})
/** Files as a form sends them. */
export function form(files: Iterable<File>, fields: Record<string, string> = {}): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const file of files) form.append('file', file, file.name)
  return form
}
export const importFiles = (files: File[], mapping: string) => ask<Job>('POST', `/api/v1/imports${query({ mapping })}`, form(files))
/** A mapping file drafted from tables of the bureau's own; saved by the browser. */
export const saveMapping = (files: File[]) => save('/api/v1/mapping', form(files))
/** The files back with the findings in their cells; saved by the browser. */
export const saveMarked = (files: File[]) => save('/api/v1/marked', form(files))
export const findings = (id: string) => ask<{ findings: Explained[]; unexplained: number }>('GET', `/api/v1/snapshots/${id}/findings`)
export const explainFinding = (id: string, finding: string, reason: string) => ask('POST', `/api/v1/snapshots/${id}/findings`, { finding, reason })
export const evidence = (id: string) => pages<{ evidence: Evidence[]; most_bytes: number; endings: string[] }>(`/api/v1/snapshots/${id}/evidence`)
  .then((all) => ({ evidence: all.flatMap((p) => p.evidence), most_bytes: all[0]?.most_bytes ?? 0, endings: all[0]?.endings ?? [] }))
export const addEvidence = (id: string, file: File, fields: Record<string, string>) => ask('POST', `/api/v1/snapshots/${id}/evidence`, form([file], fields))
export const removeEvidence = (id: string) => ask('POST', `/api/v1/evidence/${id}/remove`, {})
export const exported = (id: string, name: string, options: Options = {}) => `/api/v1/snapshots/${id}/exports/${name}${query(options)}`
export const interests = (account: string) => ask<{ interests: Interest[] }>('GET', `/api/v1/accounts/${account}/interests`).then((a) => a.interests)
export const setInterests = (account: string, given: Interest[]) =>
  ask('POST', `/api/v1/accounts/${account}/interests`, { interests: Object.fromEntries(given.map((i) => [i.org_id, i.reason])) })
/** Every field that the program knows. */
export const fields = () => ask<{ fields: Field[] }>('GET', '/api/v1/fields').then((a) => a.fields)
export const standards = () =>
  ask<{ standards: StandardRow[] }>('GET', '/api/v1/standards').then((a) => a.standards)
export const book = (id: string) =>
  ask<{ standard: { id: string; title: string; book: string } }>('GET', `/api/v1/standards/${id}`)
export const accounts = () => pages<{ accounts: Person[]; places: Record<string, string[]> }>('/api/v1/accounts')
  .then((all) => ({ accounts: all.flatMap((p) => p.accounts), places: all[0]?.places ?? {} }))
export const changeAccount = (id: string, given: object) => ask('POST', `/api/v1/accounts/${id}`, given)
/** The tree, and the days on which some of it was closed. */
export const orgs = () => pages<{ orgs: Org[]; closed: Record<string, string> }>('/api/v1/orgs')
  .then((all) => ({ orgs: all.flatMap((p) => p.orgs), closed: Object.assign({}, ...all.map((p) => p.closed)) as Record<string, string> }))
export const endOrg = (id: string, given: { closed_on?: string; remove?: boolean }) => ask('POST', `/api/v1/orgs/${id}/end`, given)
export const addOrg = (given: object) => ask('POST', '/api/v1/orgs', given)
export const addAbove = (given: object) => ask('POST', '/api/v1/orgs/above', given)
export const counties = () => ask<{ counties: County[] }>('GET', '/api/v1/counties').then((a) => a.counties)
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
/** What a school is told of itself. */
export const ownEvaluation = () => ask<Evaluation>('GET', '/api/v1/school/evaluate')
export const ownExplain = (options: Options) => ask<{ explanation: Derivation }>('GET', `/api/v1/school/explain${query(options)}`).then((a) => a.explanation)
export const compare = (before: string, after: string, options: Options = {}) => ask<Comparison>('GET', `/api/v1/compare/${before}/${after}${query(options)}`)
export const search = (id: string, q: string) =>
  ask<{ results: Found[] }>('GET', `/api/v1/snapshots/${id}/search${query({ q })}`).then((a) => a.results)

export const addJob = (command: string, snapshot: string, options: Options, format?: string) =>
  ask<Job>('POST', '/api/v1/jobs', { command, snapshot, options, format })
export const jobs = () => ask<{ jobs: Job[] }>('GET', '/api/v1/jobs').then((a) => a.jobs)
export const job = (id: string) => ask<Job>('GET', `/api/v1/jobs/${id}`)
/** The same plan with its words in the language of the page. */
export const retellJob = (id: string) => ask<Job>('POST', `/api/v1/jobs/${id}/retell`, {})
export const cancelJob = (id: string) => ask<Job>('POST', `/api/v1/jobs/${id}/cancel`, {})
export const jobResult = <T>(id: string) => ask<T>('GET', `/api/v1/jobs/${id}/result`)
export const jobFile = (id: string, name: string) => `/api/v1/jobs/${id}/files/${encodeURIComponent(name)}`
export const acceptJob = (id: string, title: string) => ask<{ id: string }>('POST', `/api/v1/jobs/${id}/accept`, { title })
export const keepZones = (id: string, given: { title: string; stage: string; zones: Record<string, string>; job?: string }) =>
  ask<{ id: string }>('POST', `/api/v1/snapshots/${id}/zones`, given)

export const health = () => ask<{ version: string; waiting_jobs: number }>('GET', '/health')
export const audit = (after: number) => ask<{ lines: AuditLine[] }>('GET', `/api/v1/audit${query({ after })}`).then((a) => a.lines)
export const verifyAudit = () => ask<{ lines: number; broken_at: number | null; wrong: string[] }>('GET', '/api/v1/audit/verify')

export const settings = () => ask<{ settings: Settings }>('GET', '/api/v1/settings').then((a) => a.settings)
export const setSettings = (given: Settings) => ask('POST', '/api/v1/settings', given)
export const publications = () => pages<{ publications: Publication[]; comments: Comment[] }>('/api/v1/publications')
  .then((all) => ({ publications: all[0]?.publications ?? [], comments: all.flatMap((p) => p.comments) }))
export const publish = (given: object) => ask('POST', '/api/v1/publications', given)
export const withdraw = (id: string) => ask('POST', '/api/v1/publications/withdraw', { id })
