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

/** A finding of data that are kept: what it is known by, and what was said to it. */
export interface Explained extends Finding {
  key: string
  explanation: { reason: string; name: string; at: number } | null
  /** It was said of an earlier data set. */
  carried: boolean
}

export interface Evidence {
  id: string
  item: string
  title: string
  file: string
  kind: string
  size: number
  sha256: string
  expires_on: string
  name: string
  at: number
}

export interface Interest {
  org_id: string
  reason: string
}

export interface Account {
  login: string
  name: string
  roles: string[]
  /** Commands that this person may start. */
  commands: string[]
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
  org_id: string
  title: string
  digest: string
  created_at: number
  accepted_at: number | null
  parent_id: string | null
  /** JSON of the plan that made it. */
  step: string | null
}

/** By what a county chose to be judged. */
export interface Chosen {
  standard: string | null
  overlays: string[]
  /** Parameters of the standard, as `compare=round2`. */
  choices: string[]
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
    overlays: { id: string; title?: string }[]
    /** What the standard leaves open: its value, and those it may have. */
    parameters: { id: string; value: string; title: string; default: string; options: { id: string; title: string }[] }[]
    /** `at_most` where less is better. */
    indicators: { id: string; title: string; unit: string; at_most?: boolean }[]
    /** How many indicators a section may miss. */
    tolerated?: number
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

export interface StandardRow {
  id: string
  kind: string
  title: string
  title_en: string
  document: string
  valid_from: string | null
  until: string | null
  over: string[]
}

export interface Comparison {
  gone_schools: string[]
  new_schools: string[]
  changes: { field: string; school_id: string | null; stage: Stage | null; from: string | null; to: string | null }[]
  turned: { kind: string; id: string; school_id: string | null; stage: Stage | null; from: Verdict | null; to: Verdict | null; because: number[]; alone: boolean }[]
}

/** A field of the tables, as the list of fields names it. */
export interface Field {
  table: string
  id: string
  title: string
  title_en: string
  unit: string
  kind: string
}

export interface Found {
  kind: 'school' | 'block'
  id: string
  name: string
  township: string
  formerly: string | null
}

export interface AuditLine {
  seq: number
  at: number
  actor: string
  address: string
  action: string
  object: string
  old_hash: string
  new_hash: string
  result: string
  hash: string
}

export interface Job {
  id: string
  created_at: number
  command: string
  snapshot: string
  options: Record<string, string | number | boolean | string[]>
  /** Of the words in its result. */
  lang: 'zh' | 'en'
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  progress: number
  seconds: number | null
  result: boolean
  applied: boolean
  files: string[]
  problem: { message: string; findings: Finding[] } | null
}

export type Settings = Record<string, string>

export interface Publication {
  id: string
  kind: 'county' | 'zones' | 'plan'
  snapshot_id: string
  stage: Stage | ''
  title: string
  note: string
  decided_on: string
  comments_until: string
  published_at: number
  withdrawn_at: number | null
}

export interface Comment {
  id: string
  publication_id: string
  name: string
  content: string
  at: number
}

/** Proof that every plan carries. */
export interface Plan {
  status: 'optimal' | 'feasible' | 'infeasible' | 'out_of_time'
  gap: number | null
  notes: string[]
}

export interface Action {
  year: number
  school_id: string
  name: string
  stage: Stage | null
  action: string
  from_school_id: string | null
  /** What the teachers count as who are transferred. */
  counts?: string[]
  amount: number
  unit: string
  yuan: number
}

export interface PathPlan extends Plan {
  cost_yuan: number
  bound_yuan: number
  first_year: number
  target_year: number
  failing_sections: number
  /** Coefficients that no plan brings to their limit. */
  conflicts: { year: number; stage: Stage; indicator: string; limit: number; reachable: number | null }[]
  failing: { school_id: string; stage: Stage | null; message: string }[]
  actions: Action[]
  by_action: { action: string; amount: number; unit: string; yuan: number }[]
  before: { sections: { verdict: Verdict | null }[]; variation: Variation[] }
  after: { sections: { verdict: Verdict | null }[]; variation: Variation[] }
  by_year: { year: number; yuan: number; budget_yuan: number | null; met: number; not_met: number; undetermined: number; cv_above_limit: number }[]
  curve?: { passing: number; cost_yuan: number }[]
}

export interface Move {
  teacher_id: string
  from: string
  to: string
  from_name: string
  to_name: string
  stage: Stage
  subject: string | null
  backbone: boolean
  kind: 'wished' | 'assigned'
  commute_metres_before: number | null
  commute_metres_after: number | null
  reason: string
}

export interface RotationPlan extends Plan {
  moves: Move[]
  eligible: number
  moved: number
  moved_backbone: number
  required: number
  required_backbone: number
  failing_before: number
  failing_after: number
  starts_on: string | null
  returns_on: string | null
  conflicts: string[]
}

export interface ForecastRow {
  school_id?: string
  name?: string
  township?: string
  stage: Stage
  year: number
  grade: number | 'all'
  mean: number
  p10: number
  p90: number
}

export interface Need {
  school_id: string
  name: string
  stage: Stage
  year: number
  grade: number | 'all'
  students: number
  p10: number
  p90: number
  places: number | null
  short: number | null
  short_p90: number | null
  probability: number | null
}

export type Point = [number, number]

export interface ZoneMap {
  stage: Stage
  county: string
  synthetic: boolean
  area: 'blocks' | 'voronoi' | 'none'
  area_note: string
  travel_title: string
  travel_unit: 'metres' | 'cost'
  schools: { school_id: string; name: string; point: Point | null; places: number | null }[]
  blocks: { block_id: string; name: string; township: string; point: Point | null; children: number; school: number | null; area: Point[][]; travel: Point[] }[]
  adjacency: Point[] | null
}

export interface Conflict {
  code: string
  message: string
  relaxation: string
}

export interface ZonePlan extends Plan {
  student_km: number | null
  moved_students: number | null
  assignment: { block_id: string; school_id: string; share: number }[]
  conflicts: Conflict[]
}

export interface LayoutPlan extends Plan {
  objective: number | null
  opening_yuan: number | null
  student_km: number | null
  moved_students: number | null
  assignment: { block_id: string; school_id: string; share: number }[]
  schools: { school_id: string; name: string; open: boolean; option: string | null; change: string; protected: boolean; load: number; load_ratio: number | null; places: number | null; boarders?: number; boarding_places?: number | null }[]
  closures: { school_id: string; name: string; merged_into: string | null; students: number | null; steps: { id: string; text: string; clause: string }[] }[]
  conflicts: Conflict[]
}

export interface Org {
  id: string
  parent_id: string | null
  kind: string
  code: string
  name: string
}

export interface Share { met: number; of: number }

/** A county as its city sees it; what it accepted last, if anything. */
export interface County {
  id: string
  code: string
  name: string
  above: string
  snapshot?: string
  summary?: { verdict: Verdict; standard: string; school_year: string | null; sections: Share; variation: Share; items: Share }
  problem?: string
}

export interface Person {
  id: string
  login: string
  org_id: string
  name: string
  phone: string
  org: string
  roles: string[]
  disabled: boolean
  /** Until when wrong passwords lock it. */
  locked_until: number | null
}
