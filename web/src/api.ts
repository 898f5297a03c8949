// One place where the server is asked. A refusal is an Error whose words are the server's own.

import { reactive } from 'vue'
import { lang } from './lang'
import type { Derivation, Evaluation, Finding, Org, Person, Snapshot, State } from './types'

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
  ask<{ findings: Finding[] }>('GET', `/api/v1/snapshots/${id}/check`).then((a) => a.findings)
export const standards = () =>
  ask<{ standards: { id: string; title: string; kind: string; document: string }[] }>('GET', '/api/v1/standards')
export const book = (id: string) =>
  ask<{ standard: { id: string; title: string; book: string } }>('GET', `/api/v1/standards/${id}`)
export const accounts = () =>
  ask<{ accounts: Person[] }>('GET', '/api/v1/accounts')
export const changeAccount = (id: string, given: object) => ask('POST', `/api/v1/accounts/${id}`, given)
export const orgs = () => ask<{ orgs: Org[] }>('GET', '/api/v1/orgs').then((a) => a.orgs)
export const addAccount = (given: object) => ask('POST', '/api/v1/accounts', given)

// Snapshots never change, so an evaluation is asked for once.
const evaluations = new Map<string, Promise<Evaluation>>()
export function evaluation(id: string, standard = ''): Promise<Evaluation> {
  const path = `/api/v1/snapshots/${id}/evaluate${standard ? `?standard=${standard}` : ''}`
  const key = `${lang.value} ${path}`
  let known = evaluations.get(key)
  if (!known) {
    known = ask<Evaluation>('GET', path)
    known.catch(() => evaluations.delete(key))
    evaluations.set(key, known)
  }
  return known
}

export const explain = (id: string, item: string, school?: string, stage?: string) => {
  const query = new URLSearchParams({ item })
  if (school) query.set('school', school)
  if (stage) query.set('stage', stage)
  return ask<{ explanation: Derivation }>('GET', `/api/v1/snapshots/${id}/explain?${query}`).then((a) => a.explanation)
}
