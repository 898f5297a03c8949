// The words of the system administrator's and the auditor's pages, in both languages.

export const dutiesZh = {
  audit: '审计记录', system: '系统', auditLead: '谁、何时、从哪里、做了什么；只能增加，不能改动。',
  chain: (lines: number) => `共 ${lines} 条，链条完好。`, broken: (at: number) => `审计链从第 ${at} 条起断裂：被改动或删除。请立即与备份核对。`, wrong: '与审计记录不符，请立即与备份核对：',
  newer: '较新', older: '较早', save: '导出全部(CSV)', find: '查找操作人、操作或对象',
  columns: { seq: '序号', at: '时间', actor: '操作人', action: '操作', object: '对象', result: '结果', address: '来源地址' },
  results: { done: '完成', refused: '被拒绝', failed: '失败', cancelled: '已取消', lost: '密钥丢失' } as Record<string, string>,
  none: '没有符合的记录。', program: '程序',
  actions: {
    setup: '初始化', login: '登录', logout: '退出', password: '修改密码', 'account.add': '新建账号', 'account.change': '调整账号', 'account.roles': '分配角色', 'account.interests': '登记利害关系', 'org.add': '新设机构', 'org.rise': '设上级机构', 'org.close': '登记停办', 'org.open': '恢复机构', 'org.remove': '移除机构', 'evaluation.add': '评估',
    'factor.begin': '启用动态口令', 'factor.confirm': '确认动态口令', 'token.add': '新建令牌', 'token.end': '作废令牌', 'key.rotate': '更换密钥',
    'snapshot.import': '导入数据', 'snapshot.generate': '生成合成数据', 'snapshot.files': '登记文件清单', 'tree.state': '机构或设置变动', 'snapshot.accept': '采用数据', 'snapshot.change': '数据改名或移除', 'snapshot.export': '导出数据', 'finding.explain': '说明问题', 'evidence.add': '添加佐证', 'evidence.remove': '移除佐证', 'evidence.export': '下载佐证',
    'job.add': '开始任务', 'job.end': '任务结束', 'job.cancel': '取消任务', 'job.export': '下载任务结果', 'setting.set': '修改设置', 'publication.add': '公开', 'publication.withdraw': '撤下', 'comment.add': '公众意见', backup: '备份', restore: '从备份恢复',
    'task.add': '布置任务', 'task.change': '改任务', 'task.remind': '提醒未报', 'filing.save': '保存草稿', 'filing.import': '上传填报表', 'filing.export': '下载填报表', 'filing.submit': '上报', 'filing.pass': '乡镇审核通过', 'filing.return': '退回', 'filing.recall': '收回', 'filing.accept': '采用填报表', 'filing.correct': '更正填报表', 'snapshot.filed': '由填报表生成数据', 'plan.accept': '采用方案',
  } as Record<string, string>,
  health: '运行情况', version: '版本', waiting: '排队的任务', good: '正常', backups: '备份', backupLead: '把全部数据写成一个备份文件，存放在服务器上；备份时其他人可照常使用。',
  keeper: '由服务器管理员在机器上操作', keeperLead: '以下几件事不能在网页上做，请管理服务器的人在那台机器上执行命令；其中的“数据文件夹”“备份文件夹”“备份文件”换成实际的位置。',
  keeperDoes: [
    { what: '每天自动备份到另一处(启动时加上)', command: 'junheng serve --data 数据文件夹 --backup-to 备份文件夹' },
    { what: '检查一份备份是否完好', command: 'junheng verify 备份文件' },
    { what: '停止服务后，从备份恢复', command: 'junheng restore 备份文件 --data 数据文件夹' },
  ],
  backup: '立即备份', backedUp: '已备份。', last: '最近的备份', noBackup: '还没有在这里做过备份。', parts: '软件物料清单(CycloneDX)',
  states: { waiting: '排队', running: '进行中', done: '完成', failed: '失败', cancelled: '已取消' } as Record<string, string>,
}

export const dutiesEn: typeof dutiesZh = {
  audit: 'Audit', system: 'System', auditLead: 'Who did what, when and from where; lines are added and never changed.',
  chain: (lines) => `${lines} lines, the chain holds.`, broken: (at) => `The audit breaks at line ${at}: altered or removed. Compare it with a backup at once.`, wrong: 'Not as the audit says; compare it with a backup at once:',
  newer: 'Newer', older: 'Older', save: 'Export all (CSV)', find: 'Person, deed or object',
  columns: { seq: 'Line', at: 'Time', actor: 'Person', action: 'Deed', object: 'Object', result: 'Result', address: 'Address' },
  results: { done: 'done', refused: 'refused', failed: 'failed', cancelled: 'cancelled', lost: 'key lost' },
  none: 'No line answers to this.', program: 'the program',
  actions: {
    setup: 'first start', login: 'log in', logout: 'log out', password: 'change password', 'account.add': 'add account', 'account.change': 'change account', 'account.roles': 'assign roles', 'account.interests': 'record interests', 'org.add': 'add organisation', 'org.rise': 'put organisation above', 'org.close': 'close organisation', 'org.open': 'open organisation again', 'org.remove': 'remove organisation', 'evaluation.add': 'evaluate',
    'factor.begin': 'set up second factor', 'factor.confirm': 'confirm second factor', 'token.add': 'add token', 'token.end': 'end token', 'key.rotate': 'change keys',
    'snapshot.import': 'import data', 'snapshot.generate': 'make synthetic data', 'snapshot.files': 'record list of files', 'tree.state': 'organisations or settings changed', 'snapshot.accept': 'accept data', 'snapshot.change': 'rename or remove data', 'snapshot.export': 'export data', 'finding.explain': 'explain finding', 'evidence.add': 'add evidence', 'evidence.remove': 'remove evidence', 'evidence.export': 'download evidence',
    'job.add': 'begin job', 'job.end': 'job ended', 'job.cancel': 'cancel job', 'job.export': 'download job\'s result', 'setting.set': 'change setting', 'publication.add': 'make public', 'publication.withdraw': 'withdraw', 'comment.add': 'public comment', backup: 'back up', restore: 'restore',
    'task.add': 'open task', 'task.change': 'change task', 'task.remind': 'remind schools', 'filing.save': 'save draft', 'filing.import': 'upload form', 'filing.export': 'download form', 'filing.submit': 'hand in', 'filing.pass': 'find good', 'filing.return': 'give back', 'filing.recall': 'take back', 'filing.accept': 'accept form', 'filing.correct': 'correct form', 'snapshot.filed': 'make data of forms', 'plan.accept': 'take plan',
  },
  health: 'Health', version: 'Version', waiting: 'Jobs waiting', good: 'running', backups: 'Backups', backupLead: 'Writes all data to one backup file, kept on the server; others can go on working meanwhile.',
  keeper: 'For the keeper of the server, at the machine', keeperLead: 'These cannot be done on a page: whoever keeps the server runs a command on that machine, with real folders and files for the words in capitals.',
  keeperDoes: [
    { what: 'A backup a day by itself, elsewhere (when starting)', command: 'junheng serve --data DATA --backup-to FOLDER' },
    { what: 'See whether a backup is whole', command: 'junheng verify BACKUP' },
    { what: 'Bring a backup back, with the server stopped', command: 'junheng restore BACKUP --data DATA' },
  ],
  backup: 'Back up now', backedUp: 'Backed up.', last: 'Last backups', noBackup: 'None was made here yet.', parts: 'List of components (CycloneDX)',
  states: { waiting: 'waiting', running: 'running', done: 'done', failed: 'failed', cancelled: 'cancelled' },
}
