import type { Words } from './zh'

const many = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`

export const en: Words = {
  product: 'Junheng',
  tagline: 'Balanced compulsory education',
  switchLang: '中文',
  menu: { overview: 'Overview', schools: 'Schools', items: 'Indicators and items', data: 'Data', standards: 'Standards', accounts: 'Accounts' },
  verdict: { met: 'Met', not_met: 'Not met', undetermined: 'Undetermined', tolerated: 'Tolerated', not_applicable: 'Not applicable' },
  stage: { primary: 'Primary', junior: 'Junior', senior: 'Senior' },
  synthetic: 'Synthetic sample data, not a real county',
  why: 'Why',
  close: 'Close',
  cells: 'Cells it comes from',
  moreCells: (n) => `${n} more cells`,
  clause: 'Clause',
  comma: ', ',
  loading: 'Computing',
  logout: 'Log out',
  login: { title: 'Log in', login: 'Login', password: 'Password', go: 'Log in' },
  setup: {
    title: 'First start',
    lead: 'Set up the county and the first account. The token stands in the window where the server was started.',
    token: 'Token', code: 'County code (six digits)', county: 'County name', login: 'Login', name: 'Name',
    password: 'Password (at least 10 characters of three kinds)', go: 'Done',
  },
  change: { title: 'Change password', lead: 'Please change the first password before anything else.', old: 'Old password', fresh: 'New password', go: 'Change' },
  overview: {
    none: 'No data yet', noneLead: 'Import a county to see the verdict with every reason.', toImport: 'Import data',
    reached: 'Resources, government, quality and recognition all reach the standard',
    notYet: 'The standard is not reached yet',
    open: 'It cannot be decided yet',
    lead: (schools, open, cvs, items) => {
      const parts = []
      if (schools) parts.push(`${many(schools, 'section')} not met`)
      if (open) parts.push(`${many(open, 'section')} undetermined`)
      if (cvs) parts.push(`${many(cvs, 'coefficient')} over the limit`)
      if (items) parts.push(`${many(items, 'item')} not met`)
      return parts.length ? `Still open: ${parts.join(', ')}.` : ''
    },
    openLead: (n) => (n ? ` ${many(n, 'figure')} missing: with them the sections and items concerned can be decided.` : ''),
    easiest: (title, n) => ` Raising "${title}" first would let ${many(n, 'section')} pass.`,
    cardCv: 'Variation', cardSchools: 'Schools', cardGovernment: 'Government', cardQuality: 'Quality', cardRecognition: 'Recognition',
    cardEntry: 'Entry conditions and vetoes',
    cvRule: (p, j) => `primary ≤ ${p}, junior ≤ ${j}, all of them`,
    schoolRule: 'six of seven met, the other at least 85 % of the standard',
    itemRule: 'every item must be met',
    cvTitle: 'Coefficients of variation', cvLead: 'smaller is more balanced; the line is the limit',
    stripTitle: 'Schools against the standard', stripLead: 'a point per section; value ÷ standard',
    limit: 'limit', standardLine: 'standard', others: (n) => `${n} more beyond the chart`,
    failing: 'Sections that fail, and why', noFailing: 'All sections in scope pass.',
    school: 'School', stage: 'Stage', students: 'Students', verdict: 'Verdict', reason: 'Why', gap: 'Short of the standard by',
    asTable: 'As a table', tableBelow: 'the data stand in the table below',
  },
  school: { back: 'Back to the overview', indicator: 'Indicator', value: 'Value', threshold: 'Standard', floor: 'Floor', gap: 'Short by', outside: 'Out of scope', explainHint: 'Click a number to see where it comes from' },
  items: {
    title: 'Indicators and items', groups: { entry: 'Entry conditions', resource: 'Resources', government: 'Government', quality: 'Quality', recognition: 'Recognition', veto: 'Vetoes' },
    failing: (n) => `${n} schools concerned`,
  },
  data: {
    title: 'Data', lead: 'A workbook (.xlsx, .xls) or a set of CSV files. Originals are kept byte for byte and never altered.',
    choose: 'Choose files', drop: 'or drop them here', reading: 'Reading and checking', kept: 'Kept.', findings: (n) => `${n} findings to look at`,
    clean: 'Nothing found', refused: 'It cannot be used and nothing was kept. Mend what is listed and import again.',
    accept: 'Accept this data', accepted: 'accepted', draft: 'not accepted', when: 'Imported', place: 'Place', problem: 'Problem', hint: 'What to do',
    severity: { error: 'error', explain: 'explain', note: 'note' }, show: 'Findings', list: 'Imported data', more: (n) => `${n} more, see the command check`,
  },
  standards: { title: 'Standards', lead: 'Each value has its clause, dates, and a mark of how sure it is.' },
  accounts: { title: 'Accounts', login: 'Login', name: 'Name', roles: 'Roles', add: 'New account', initial: 'First password (to be changed at the first login)', go: 'Add' },
  roles: {
    system: 'system', security: 'security', auditor: 'auditor', county: 'county administrator', planner: 'planner', personnel: 'personnel',
    inspector: 'inspector', school: 'school', city: 'city reader', province: 'province reader',
  },
  footer: (document, date) => `By ${document}, as in force on ${date}`,
}
