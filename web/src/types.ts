// The JSON of the server: the contract's documents, and what the server adds.

export type Verdict = 'met' | 'not_met' | 'undetermined' | 'tolerated' | 'not_applicable'
export type Stage = 'primary' | 'junior' | 'senior'

export interface Finding {
  code: string
  severity: 'error' | 'explain' | 'note'
  file: string
  sheet?: string
  row: number | null
  column: string
  message: string
  hint: string
}

export interface Account {
  login: string
  name: string
  roles: string[]
  must_change_password: boolean
  needs_factor: boolean
  csrf: string
}

export interface State {
  version: string
  ready: boolean
  now: number
  county: { code: string; name: string } | null
  account: Account | null
}

export interface Snapshot {
  id: string
  title: string
  digest: string
  created_at: number
  accepted_at: number | null
}

export interface IndicatorValue {
  id: string
  value: number | null
  threshold: number | null
  floor: number | null
  verdict: Verdict | null
  short_of_threshold?: number
}

export interface Section {
  school_id: string
  name: string
  stage: Stage | null
  in_scope: boolean
  out_of_scope_reason: string | null
  students: number | null
  verdict: Verdict | null
  indicators: IndicatorValue[]
}

export interface Variation {
  stage: Stage
  indicator: string
  mean: number | null
  sd: number | null
  cv: number | null
  limit: number | null
  verdict: Verdict | null
}

export interface Clause {
  text: string
  mark: string
}

export interface Item {
  id: string
  group: 'entry' | 'resource' | 'government' | 'quality' | 'recognition' | 'veto'
  title: string
  value: number | null
  threshold: number | null
  verdict: Verdict
  parts: { id: string; title: string; value: number | null; threshold: number | null; verdict: Verdict }[]
  failing: string[]
  clause?: Clause
}

export interface Evaluation {
  standard: {
    id: string
    version: string
    title: string
    document: string
    date: string
    overlays: { id: string }[]
    indicators: { id: string; title: string; unit: string }[]
  }
  county: { code: string | null; name: string | null; school_year: string | null; as_of: string | null; synthetic: boolean }
  verdict: Verdict
  missing: { table: string; field: string; school_id: string | null; stage: Stage | null; leaves_open: string[] }[]
  sections: Section[]
  variation: Variation[]
  items: Item[]
}

export interface Derivation {
  title: string
  value?: number | null
  threshold?: number | null
  verdict?: Verdict | null
  formula?: string
  clause?: Clause
  cells?: { file: string; sheet?: string; row: number | null; column: string; value?: string }[]
  notes?: string[]
  children?: Derivation[]
}

export interface Org {
  id: string
  parent_id: string | null
  kind: string
  code: string
  name: string
}

export interface Person {
  id: string
  login: string
  name: string
  phone: string
  org: string
  roles: string[]
  disabled: boolean
}
