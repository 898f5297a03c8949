import { dutiesEn } from './duties'
import { filingEn } from './filing'
import { ownEn } from './own'
import { treeEn } from './tree'
import type { Words } from './zh'

const many = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`

export const en: Words = {
  product: 'Junheng',
  tagline: 'Balanced compulsory education',
  switchLang: '中文',
  menu: { overview: 'Overview', schools: 'Schools', items: 'Indicators and items', plans: 'Plans', compare: 'Compare', reports: 'Reports', public: 'Public', data: 'Data', standards: 'Standards', accounts: 'Accounts', dataSet: 'Data' },
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
    lead: 'Set up the county (city, province) and the first account. The token stands in the window where the server was started.',
    token: 'Token', kind: 'The site is for a', code: 'Code of the division (six digits)', county: 'Name of the division', login: 'Login', name: 'Name',
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
    toPath: 'The path there', toReport: 'Make a report', wall: 'Wall view', leaveWall: 'Leave the wall view', asTable: 'As a table', tableBelow: 'the data stand in the table below',
  },
  school: { back: 'All schools', lacks: 'short by', lead: (what) => `Below the standard: ${what}.`, chart: 'This school against the standard', chartHint: 'The bar is this school, the tick the county\'s median of the stage, the dashed line the standard. Click a number below to see where it comes from.', indicator: 'Indicator', value: 'Value', threshold: 'Standard', floor: 'Floor', gap: 'Short by', outside: 'Out of scope', explainHint: 'Click a number to see where it comes from' },
  items: {
    title: 'Indicators and items', groups: { entry: 'Entry conditions', resource: 'Resources', government: 'Government', quality: 'Quality', recognition: 'Recognition', veto: 'Vetoes' },
    failing: (n) => `${many(n, 'school')} concerned`,
    lead: (n, u) => (n + u ? `${many(n, 'item')} not met${u ? `, ${u} undetermined` : ''}. Click Why for the grounds.` : 'All items are met.'),
  },
  indicator: { lead: (all: number, short: number) => (short ? `${all} sections are judged, ${short} below the standard; those furthest from it come first. Click a figure to see how it came about.` : `${all} sections are judged, none below the standard. Click a figure to see how it came about.`), mean: 'County mean', most: 'limit', table: 'Figures of the sections', list: 'Indicators' },
  data: {
    title: 'Data', lead: 'A workbook (.xlsx, .xls) or a set of CSV files. Originals are kept byte for byte and never altered.',
    choose: 'Choose files', drop: 'or drop them here', reading: 'Reading and checking', kept: 'Kept.', findings: (n) => `${n} findings to look at`,
    clean: 'Nothing found', refused: 'It cannot be used and nothing was kept. Mend what is listed and import again.',
    accept: 'Accept this data', accepted: 'accepted', draft: 'not accepted', when: 'Imported', place: 'Place', problem: 'Problem', hint: 'What to do',
    severity: { error: 'mend', explain: 'explain', note: 'note' }, show: 'Findings', list: 'Imported data', more: (n) => `${n} more, see the marked workbook`,
    source: 'Source', sources: { '': 'Tables of this program', statistics: 'Export of the statistics system', oneroster: 'OneRoster', own: 'Own tables with a mapping file' }, blank: 'Blank workbook to fill',
    ownLead: 'Tables with headers of their own are read by a mapping file (.toml): draft one, check every line, and choose it together with the tables.', draftMapping: 'Draft a mapping file', sample: 'No data? Try a synthetic county',
    marked: 'Marked workbook', markedLead: 'Cells with findings are coloured and commented; mend them there and import it again.', of: (title) => `${title}: findings`,
    told: (n, open) => `${many(n, 'finding')}, ${open ? `${open} still to explain.` : 'all that asks for it is explained.'}`, explain: 'Explain', explainHint: 'why the figure is right', keep: 'Keep', change: 'Change', by: (who, when) => `${who}, ${when}`,
    fix: 'Mend what is marked “mend” and import again; what is doubtful can be mended or explained, and the explanation stands in the data review.', exports: 'Export', exportNames: { 'tables.xlsx': 'All tables (Excel)', 'evaluation.parquet': 'Evaluation (Parquet)', 'zones-primary.geojson': 'Primary zones (GeoJSON)', 'zones-junior.geojson': 'Junior zones (GeoJSON)' },
  },
  item: {
    back: 'All items', value: 'Value', threshold: 'Standard', parts: 'Parts', part: 'Part', result: 'Verdict', failing: 'Schools that fail', evidence: 'Evidence', none: 'No evidence yet.', noneLead: 'It is kept with the item and listed in the catalogue of evidence.',
    title: 'Title', file: 'File', expires: 'Holds until', expired: 'expired', expiresSoon: 'expires soon', size: 'Size', hash: 'SHA-256', by: 'Added', add: 'Add evidence', choose: 'Choose a file', until: 'Holds until (blank: without end)', go: 'Keep', remove: 'Remove', removeOf: (what) => `Remove ${what}`,
    limit: (mb, kinds) => `At most ${mb} MB a file: ${kinds}`, absent: 'The chosen standard has no such item.', kinds: { pdf: 'PDF', png: 'picture', jpg: 'picture', docx: 'Word', xlsx: 'Excel', pptx: 'PowerPoint', ofd: 'OFD', office97: 'Office 97' },
  },
  standards: { title: 'Standards', lead: 'Each value has its clause, dates, and a mark of how sure it is.', back: 'All standards', what: 'What would change', take: 'Judge by it', drop: 'Drop it', usual: 'Back to the usual standard',
    chosen: (ids) => `All pages judge by: ${ids}.`, would: 'What would change under this standard', now: 'Now', then: 'Then', turned: (n) => `${many(n, 'verdict')} would differ:`, same: 'No verdict would differ.', else: 'Its items and indicators are others and not set side by side; judge by it and all pages show them.',
    keep: 'Make it the county\'s standard', kept: (ids) => `The county is judged by: ${ids}; so are its public pages, and what those above it see.`, national: 'Back to the national standard',
    kinds: { base: 'Standards to judge by', overlay: 'Laid over them (local or special)', definition: 'Other definitions' } },
  accounts: { title: 'Accounts', login: 'Login', name: 'Name', roles: 'Roles', add: 'New account', initial: 'First password (to be changed at the first login)', go: 'Add', edit: 'Change', keep: 'Keep', reset: 'New first password (blank: as it is)', dropFactor: 'Take the second factor away (a lost telephone)', changed: (name) => `The account of ${name} was changed; its sessions have ended.`, identity: 'Identity number (optional; one account each, the number itself is not kept)',
    interests: 'Interests', interestsLead: 'Whoever has a recorded interest in a school reviews none of its forms.', person: 'Person', school: 'School', reason: 'Interest (as: spouse is its head)', record: 'Record', noInterests: 'None recorded.', drop: 'Drop' },
  roles: {
    system: 'system', security: 'security', auditor: 'auditor', county: 'county administrator', planner: 'planner', personnel: 'personnel',
    inspector: 'inspector', township: 'Township reviewer', school: 'school', city: 'city reader', province: 'province reader',
  },
  colon: ': ',
  made: { imported: 'imported', path: 'path', rotation: 'rotation', zones: 'zones (optimised)', drawn: 'zones (by hand)', layout: 'layout' },
  job: { notYours: 'Your role reads results; the county administrator, planners or personnel do this.', running: 'Computing', waiting: 'Waiting for its turn', seconds: 's', stop: 'Stop', stopped: 'Stopped.' },
  schools: {
    lead: (schools, sections, met) => `${many(schools, 'school')}; ${met} of ${sections} sections in scope are met.`,
    search: 'Name, code, earlier name, pinyin or initials', all: 'All', out: 'Out of scope', none: 'Nothing found.', formerly: 'formerly ', blocks: 'Blocks: ',
  },
  reports: {
    title: 'Reports', lead: 'Choose a paper and a format; it is saved to this computer.', papers: 'Papers', formsTitle: 'Forms', made: 'Made:',
    previous: 'Compare with (optional)', noPrevious: 'nothing',
    kinds: {
      'self-evaluation': { title: 'Self-evaluation report', lead: 'The verdict, all indicators, what is wrong and what is done' },
      school: { title: 'A sheet per school', lead: 'Each school on a page: indicators, standard, what is short' },
      review: { title: 'Data review', lead: 'What is wrong with the data or has to be explained' },
      rectification: { title: 'Rectification list', lead: 'Items not met, who mends them, until when' },
      'weak-schools': { title: 'Plan for weak schools', lead: 'What each school lacks and how it is mended' },
      briefing: { title: 'Briefing', lead: 'How things stand, on a page' },
      evidence: { title: 'List of evidence', lead: 'The papers each item asks for' },
    },
    forms: {
      declaration: { title: 'Declaration tables Ⅰ–Ⅵ', lead: 'The national form, filled cell by cell' },
      school: { title: 'Fill-in form of schools', lead: 'A sheet per school, with what is known' },
      county: { title: 'Fill-in form of the county', lead: 'Figures of the county' },
    },
  },
  publish: {
    title: 'Public', lead: 'What is made public here anybody can read without login; nothing else.', see: 'Open the public pages', add: 'Make something public', from: 'From the data:',
    kind: 'What', kinds: { county: 'Indicators and schools', zones: 'Look-up of zones', plan: 'A plan or decision' }, name: 'Title', note: 'Words', decided: 'Decided on', until: 'Comments until', go: 'Make public',
    settings: 'Map, contact, small numbers', mapNumber: 'Map review number', mapSource: 'Source of the base map', contact: 'Contact', few: 'No figures of sections with fewer students than (3–10)', save: 'Save', list: 'What is public', none: 'Nothing is public yet.',
    withdraw: 'Withdraw', isPublic: 'public', isWithdrawn: 'withdrawn', comments: 'Comments', nameless: 'no name', done: 'It is public now.', withdrawn: 'It is withdrawn.', saved: 'Saved.',
  },
  compare: {
    title: 'Compare', lead: 'Two data sets side by side: two years, or before and after a plan.', before: 'Before', after: 'After', one: 'Choose two different data sets.', alone: 'There is one data set. Import another year or accept a plan, then compare here.', turned: 'Verdicts that turned', none: 'No verdict turned.',
    more: (n) => `${many(n, 'more change')}`,
    changes: (n, fresh, gone) => `${many(n, 'figure')} differ; ${many(fresh, 'school')} new, ${gone} gone.`,
  },
  plans: {
    path: 'Path', rotation: 'Rotation', forecast: 'Enrolment', zones: 'Zones', layout: 'Layout', chain: 'Chain of plans',
    start: 'Compute', again: 'Compute again', files: 'Files', gap: 'gap to the bound',
    status: { optimal: 'Proven optimal', feasible: 'Feasible, not proven optimal', infeasible: 'Not everything asked for can hold', out_of_time: 'Out of time without a result' },
  },
  accept: { name: 'Name of the plan', go: 'Take the plan', lead: 'It becomes a new data set and the old one stays: choose it at the top of any page, and plan on from it.' },
  path: {
    lead: 'The most sections met for the least money: what to do, where and when.', target: 'Target year', nextYear: 'next school year',
    title: (year, all) => (all ? `All can be met by ${year}` : `Not all can be met by ${year}`),
    told: (money, before, after, left) => `${money} raise the sections met from ${before} to ${after}${left ? `; ${left} remain out of reach` : ''}.`,
    cost: 'Cost', costRule: (bound) => `lower bound ${bound}`, ofSections: (n) => `of ${many(n, 'section')} in scope`, cvRule: 'coefficients over their limit', steps: 'Actions',
    curve: 'How many sections which sum lets pass', budget: 'Money', passing: (n, of) => `${n} of ${of} met`, budgetHint: 'The line is the sum chosen. Plan with it to see what comes first.', withSum: 'Plan with this sum',
    left: 'Sections out of reach', budgetOf: 'budget', met: (m, n, u) => `${m} met, ${n} not met${u ? `, ${u} undetermined` : ''}`,
    action: 'Action', amount: 'Amount', yuan: 'Money', from: 'from', nothing: 'Nothing is done in this year.',
    actions: {
      hire_teacher: 'Hire teachers', hire_pe_art_teacher: 'Hire PE and arts teachers', raise_degree: 'Raise degrees', name_backbone: 'Train backbone teachers', transfer_teacher: 'Transfer teachers',
      build_teaching_m2: 'Build teaching rooms', build_sports_m2: 'Build sports ground', lease_sports_m2: 'Lease sports ground', buy_equipment_yuan: 'Buy equipment', equip_multimedia_room: 'Equip multimedia classrooms',
    },
    units: { person: 'people', m2: 'm²', yuan: 'yuan', room: 'rooms' },
  },
  rotation: {
    lead: 'Who moves to which school: the shares of the standard, wishes first, short ways, and staff more even.',
    told: (n, of, before, after) => `${n} of ${of} eligible teachers move; failing staff indicators go from ${before} to ${after}.`,
    wishesFirst: 'Voluntary exchanges first', posts: 'Head counts may follow open posts', farthest: 'Longest way (km)', moved: 'Teachers who move', backbone: 'Backbone among them', required: (n) => `at least ${n}`,
    wished: 'With their wish', wishedRule: 'to a school that they named', failing: 'Failing staff indicators', failingRule: 'sections × indicators (L1 to L3)', list: 'Moves', find: 'Find', kind: 'Kind', kinds: { wished: 'wished', assigned: 'assigned' },
    onlyBackbone: 'Backbone only', teacher: 'Teacher', fromTo: 'From → to', reason: 'Why', commute: 'One way', pin: 'Must go', refuse: 'Stays', isBackbone: 'backbone',
    decided: (p, r) => `${p} must go and ${r} stay: compute again.`, more: (n) => `${n} more: use the filters`,
    subjects: { chinese: 'Chinese', mathematics: 'mathematics', english: 'English', moral: 'moral education', science: 'science', physics: 'physics', chemistry: 'chemistry', biology: 'biology', history: 'history', geography: 'geography', pe: 'PE', music: 'music', art: 'fine art', arts: 'arts', it: 'IT', labour: 'labour' },
  },
  forecast: {
    lead: 'Students of coming years, with intervals.', told: (a, b, from, to, n) => `From ${from} in ${a} to ${to} in ${b}; ${many(n, 'section')} may be short of places.`,
    chart: 'Students to come', whom: 'Of', county: 'the whole county', none: 'No enrolment of past years, so no forecast.', band: 'The line is the mean, the band holds about eight cases in ten, the dashed line is today\'s places.',
    year: 'Year', mean: 'Mean', places: 'Places', warnings: 'Places that may be short', enough: 'Places suffice in the coming years.', need: 'Needed', chance: 'Chance of a shortage', hint: 'The tightest year of each section; after ≤ the upper end of the interval. Click a name for its chart.',
  },
  map: { closer: 'Closer', farther: 'Farther', enough: 'enough places', nearly: 'nearly full', over: 'over capacity', number: 'Map review number: ', noNumber: 'none given (see Public)', source: 'base map: ' },
  zones: {
    lead: 'Change zones and see every load at once.', told: (over, split, moved, mean) => `${many(over, 'school')} over capacity, ${many(split, 'zone')} in pieces, ${moved} students change school, ${mean} on average.`,
    mode: 'Mode', browse: 'Browse', brush: 'Brush', lasso: 'Lasso', undo: 'Undo', browseHint: 'Drag to move, click to choose a zone; 2 is the brush, 3 the lasso', pickFirst: 'Click a zone, or choose a school beside the map', into: (name) => `Blocks you draw over go to ${name}`,
    map: 'Map of zones', children: 'children', draft: 'Draft', against: 'against the zones of today', over: 'Schools over capacity', split: 'Zones in pieces', moved: 'Students who change', mean: 'Mean way', lost: 'Students without a known way', unknown: 'no adjacency',
    overBy: (name, n) => `${name} is ${n} over its places`, inPieces: (name, n) => `the zone of ${name} is in ${n} pieces`, moreWarnings: (n) => `${n} more`,
    stay: 'Metres that moving a student counts', optimise: 'Optimise', offer: (n) => `${many(n, 'block')} would change`, take: 'Take it', leave: 'Leave it', best: 'Nothing better was found.',
    loads: 'Use of places', lock: 'Lock', isLocked: 'Locked', none: 'none', table: 'Blocks', find: 'Find', of: 'School now', onlyChanged: 'Changed only', to: 'Give to', choose: 'choose a school', give: (n) => `Give (${n})`,
    block: 'Block', way: 'Way', chooseBlock: 'Choose', was: 'was', more: (n) => `${n} more: use Find`,
  },
  layout: {
    lead: 'What to build, extend and close: try several and compare.', told: (open, closed, money, moved) => `${open} open, ${closed} closed, ${money}, ${moved} students change school.`,
    map: 'Map of the layout', closes: 'closes', scenario: 'New scenario', open: 'Schools to open (blank: any)', budget: 'Most money (10,000 yuan)', km: 'Yuan per student-km', farthest: 'Longest way (km)', closeProtected: 'Teaching points and rural schools may close', go: 'Compute',
    tried: 'Scenarios tried', usual: 'As usual', openWords: (n) => `${n} open`, budgetWords: (n) => `${n}0,000 yuan`, kmWords: (n) => `${n} yuan per km`, protectedWords: 'rural schools may close', studentKm: 'student-km',
    what: 'Schools that change', nothing: 'No school changes.', change: 'Change', changes: { stays: 'stays', extends: 'extended', opens: 'opened', closes: 'closed', not_built: 'not built' }, load: 'Load', closing: 'Before a school is closed', into: (name, n) => `mostly into ${name}, ${n} students`,
  },
  chain: {
    lead: 'A plan is made from a data set and becomes one; each step stands on the one before. When an earlier one changes, those after it can be made again.', show: 'Show', compare: 'Compare with the step before', next: 'Plan on', onto: 'Make it on', redo: 'Again, with all that follows',
    hint: 'With new zones the children of a block change school; classes and staff stay. A path turns the list of teachers into totals, so plan rotation before it.',
  },
  filing: filingEn,
  own: ownEn,
  duties: dutiesEn,
  tree: treeEn,
  footer: (document, date) => `By ${document}, as in force on ${date}`,
}
