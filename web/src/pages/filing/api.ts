// Filing at the server.
import { ask, pages } from '../../api'

export interface Task {
  id: string
  title: string
  school_year: string
  as_of: string
  deadline: number
  /** 1 where it was withdrawn. */
  closed: number
  reason: string
}
/** A fact of the county with last year's value. */
export interface Fact {
  key: string
  title: string
  unit: string
  choices: [string, string][]
  last: string
}
/** What the new data take over from last year's, unasked: fields of a table, or none where all of it stays. */
export interface Left {
  table: string
  fields: string[]
}
export interface Filing {
  id: string
  task_id: string
  code: string
  name: string
  township: string
  state: string
  version: number
  asked: number
  submitted_at: number | null
}
export interface TaskRow {
  task: Task
  states: Record<string, number>
  schools: number
  filing: string | null
  reminded_at: number | null
}
export interface FilingRow {
  filing: Filing
  late: boolean
  asked_this_year: number
  contacts: { name: string; phone: string }[] | null
}
export interface FormVersion {
  id: string
  version: string
  zh: string
  en: string
}
export interface Question {
  key: string
  title: string
  unit: string
  stage: string
  number: boolean
  /** Written with thousands separators. */
  grouped: boolean
  choices: [string, string][]
  last: string
  value: string
}
export interface Doubt {
  key: string
  code: string
  severity: 'error' | 'explain' | 'note'
  message: string
  hint: string
  explanation: string
  open: boolean
}
export interface Conflict {
  key: string
  yours: string
  theirs: string
  by: string
}
export interface Paper {
  filing: Filing
  task: Task
  form: { zh: string; en: string; version: string }
  late: boolean
  parts: { title: string; rows: Question[] }[]
  explanations: Record<string, string>
  doubts: Doubt[]
  may: string[]
  steps: { seq: number; step: string; reason: string; name: string; at: number }[]
  corrections: { seq: number; key: string; old_value: string; new_value: string }[]
  reminded_at: number | null
}
export interface Saved {
  version: number
  conflicts: Conflict[]
  theirs: { key: string; value: string; by: string }[]
  keys: string[]
  doubts: Doubt[]
}

export const tasks = () => pages<{ tasks: TaskRow[] }>('/api/v1/tasks').then((all) => all.flatMap((p) => p.tasks))
export const forms = () => ask<{ forms: FormVersion[] }>('GET', '/api/v1/forms').then((a) => a.forms)
export const open = (given: object) => ask<{ id: string; schools: number }>('POST', '/api/v1/tasks', given)
export const task = (id: string) => ask<{ task: Task; rows: FilingRow[]; form: FormVersion; facts: Fact[]; kept: Left[] }>('GET', `/api/v1/tasks/${id}`)
export const remind = (id: string) => ask<{ reminded: number }>('POST', `/api/v1/tasks/${id}/remind`, {})
export const makeSnapshot = (id: string, partly: boolean, county: Record<string, string>) =>
  ask('POST', `/api/v1/tasks/${id}/snapshot`, { partly, county })
export const change = (id: string, given: { deadline?: number; close?: boolean; reason: string }) =>
  ask('POST', `/api/v1/tasks/${id}/change`, given)
export const paper = (id: string) => ask<Paper>('GET', `/api/v1/filings/${id}`)
export const save = (id: string, base: number, values: Record<string, string>) =>
  ask<Saved>('POST', `/api/v1/filings/${id}/values`, { base, values })
export const upload = (id: string, file: File) => {
  const form = new FormData()
  form.append('file', file, file.name)
  return ask<Saved>('POST', `/api/v1/filings/${id}/workbook`, form)
}
export const step = (id: string, name: string, given: object) => ask<Paper>('POST', `/api/v1/filings/${id}/${name}`, given)

/** Whether a form waits for somebody of these roles. */
export const waits = (filing: Filing, roles: string[]) =>
  (filing.state === 'submitted' && roles.some((r) => r === 'county' || r === 'township')) || (filing.state === 'reviewed' && roles.includes('county'))

/** The class of a tag for a state. */
export const tagOf = (state: string) =>
  ({ draft: 'undetermined', submitted: 'tolerated', reviewed: 'tolerated', returned: 'not_met', accepted: 'met' })[state] ?? 'undetermined'
