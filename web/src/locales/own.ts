// The words of one's own account, in both languages.

export const ownZh = {
  title: '我的账号', newPassword: '新密码(至少 10 个字符，含三类符号)', passwordChanged: '密码已修改；其他已登录的设备须重新登录。', factor: '动态口令(第二因素)', code: '动态口令或恢复码',
  needed: '您的角色须用动态口令登录，请先启用。',
  lead: '在手机的验证器应用里添加下面的密钥，以后登录时输入它显示的六位数。', begin: '启用', secret: '密钥', confirm: '确认', first: '验证器显示的六位数',
  recovery: '恢复码(每个只能用一次，请抄下来保管，离开本页后不再显示)', on: '已启用动态口令。',
  tokens: '程序令牌', tokensLead: '供别的程序代您取数或办事，代替登录；一般不需要。权限不超过您本人，可随时作废。',
  name: '用途', scope: '权限', scopes: { read: '只读', write: '可执行任务和修改' } as Record<string, string>, days: '有效天数', make: '新建令牌',
  once: '令牌只显示这一次，请立即保存', until: '到期', end: '作废', none: '没有令牌',
}

export const ownEn: typeof ownZh = {
  title: 'My account', newPassword: 'New password (at least 10 characters of three kinds)', passwordChanged: 'The password was changed; other sessions have ended.', factor: 'Second factor', code: 'Code of the telephone, or a recovery code',
  needed: 'Your role logs in with a second factor; please set it up first.',
  lead: 'Add this secret to the authenticator of your telephone; from then on give its six digits when you log in.', begin: 'Set up', secret: 'Secret', confirm: 'Confirm', first: 'The six digits it shows',
  recovery: 'Recovery codes (each is good once; write them down, they are not shown again)', on: 'The second factor is in use.',
  tokens: 'Tokens of programs', tokensLead: 'With one another program reads or acts for you without logging in; few need it. It reaches no further than you do and can be ended at any time.',
  name: 'Purpose', scope: 'Right', scopes: { read: 'reads', write: 'runs jobs and changes' }, days: 'Days it holds', make: 'New token',
  once: 'The token is shown this once; keep it now', until: 'Until', end: 'End', none: 'No token',
}
