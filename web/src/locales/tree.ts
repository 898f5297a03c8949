// The words of the tree of organisations and of the counties side by side, in both languages.
import { many } from './many'

export const treeZh = {
  orgs: '机构', counties: '各县(区)', kind: '层级', code: '代码', name: '名称', below: '上级', add: '新设机构', made: (name: string) => `已新设 ${name}。请到“账号”为其建立账号。`,
  lead: '新设市、县(区)；乡镇、学校和学段由各县采用的数据生成。', people: (n: number) => `${n} 个账号`, parts: (n: number) => `${n} 个下级`, above: '新设上级单位', aboveKind: '上级单位层级', aboveCode: '上级单位代码', aboveName: '上级单位名称', aboveLead: '本系统原只供本单位使用，现在要把市或省加在上面时用。系统、安全、审计三员随之转到上级单位，其他人员和数据不动。', rose: (name: string) => `${name} 已在最上级。`, lowest: '县(区)以下的机构随采用的数据生成，不在这里新设。',
  end: '撤并', endLead: '登记停办日期后，不再为它建立账号，之后日期的填报任务也不发给它；已有的数据和账号不变。误建的、没有任何数据和账号的可移除。', closesOn: '停办日期', close: '登记停办', reopen: '恢复', remove: '移除', closedOn: (day: string) => `${day} 停办`,
  removed: (name: string) => `已移除 ${name}。`, wasClosed: (name: string, day: string) => `已登记 ${name} 于 ${day} 停办。`, opened: (name: string) => `已恢复 ${name}。`,
  kinds: { province: '省', city: '市', county: '县(区)', township: '乡镇', school: '学校', section: '学段' } as Record<string, string>,
  say: (all: number, met: number, not: number, open: number, none: number) => `共 ${all} 个县(区)：达标 ${met} 个，未达标 ${not} 个${open ? `，无法判定 ${open} 个` : ''}${none ? `，还没有采用数据 ${none} 个` : ''}。`,
  all: (n: number) => `${n} 个县(区)均已达标`, some: (n: number) => `${n} 个县(区)还未达标`, silent: (n: number) => `${n} 个县(区)还没有采用数据`, none: '还没有县(区)采用数据', pending: '未采用数据', county: '县(区)', sections: '学段达标', variation: '差异系数达标', items: '条目达到', year: '学年', standard: '标准',
}

export const treeEn: typeof treeZh = {
  orgs: 'Organisations', counties: 'Counties', kind: 'Kind', code: 'Code', name: 'Name', below: 'Below', add: 'Add an organisation', made: (name) => `${name} was added. Make its accounts under Accounts.`,
  lead: 'Add cities and counties; townships, schools and sections come from the data that a county accepts.', people: (n) => many(n, 'account'), parts: (n) => `${n} below`, above: 'Put a city or province above', aboveKind: 'Kind of what lies above', aboveCode: 'Its code', aboveName: 'Its name', aboveLead: 'For a site that was this organisation\'s alone and becomes its city\'s or province\'s. Those with the duties of system, security and audit go up with it; all other people and data stay.', rose: (name) => `${name} is the topmost now.`, lowest: 'What lies below a county comes with the data it accepts and is not added here.',
  end: 'Close', endLead: 'Once it is closed it gets no new accounts and no filing tasks of later dates; its data and accounts stay. What was made by mistake, without data or accounts, can be removed.', closesOn: 'Closed on', close: 'Record it', reopen: 'Open again', remove: 'Remove', closedOn: (day) => `closed ${day}`,
  removed: (name) => `${name} was removed.`, wasClosed: (name, day) => `${name} is closed from ${day} on.`, opened: (name) => `${name} is open again.`,
  kinds: { province: 'Province', city: 'City', county: 'County', township: 'Township', school: 'School', section: 'Section' },
  say: (all, met, not, open, none) => `${many(all, 'county', 'counties')}: ${met} met, ${not} not met${open ? `, ${open} undetermined` : ''}${none ? `, ${none} without accepted data` : ''}.`,
  all: (n) => (n === 1 ? 'The county reaches the standard' : `All ${n} counties reach the standard`), some: (n) => `${many(n, 'county does', 'counties do')} not reach the standard yet`, silent: (n) => `${many(n, 'county has', 'counties have')} no accepted data yet`, none: 'No county has accepted data yet', pending: 'no accepted data', county: 'County', sections: 'Sections met', variation: 'Coefficients met', items: 'Items met', year: 'School year', standard: 'Standard',
}
