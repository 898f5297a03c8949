export const zh = {
  product: '均衡',
  tagline: '县域义务教育优质均衡',
  switchLang: 'English',
  menu: { overview: '县域总览', schools: '学校', items: '指标与条目', data: '数据', standards: '标准', accounts: '账号' },
  verdict: { met: '达标', not_met: '未达标', undetermined: '无法判定', tolerated: '允许余项', not_applicable: '不适用' },
  stage: { primary: '小学', junior: '初中', senior: '高中' },
  synthetic: '合成示例数据，不是真实的县',
  why: '为什么',
  close: '关闭',
  cells: '数据所在单元格',
  moreCells: (n: number) => `另有 ${n} 个单元格`,
  clause: '条款',
  comma: '、',
  loading: '正在计算',
  logout: '退出',
  login: { title: '登录', login: '用户名', password: '密码', go: '登录' },
  setup: {
    title: '首次启动',
    lead: '请建立本县和第一个账号。初始化口令在启动服务的窗口里。',
    token: '初始化口令', code: '县(区)代码(六位)', county: '县(区)名称', login: '用户名', name: '姓名',
    password: '密码(至少 10 个字符，含三类符号)', go: '完成',
  },
  change: { title: '修改密码', lead: '首次登录请先修改密码。', old: '原密码', fresh: '新密码', go: '修改' },
  overview: {
    none: '还没有数据', noneLead: '导入一个县的数据，就能看到结论和每一条理由。', toImport: '导入数据',
    reached: '资源配置、政府保障、教育质量、社会认可各项均已达到标准',
    notYet: '暂未达到标准',
    open: '目前无法判定',
    lead: (schools: number, open: number, cvs: number, items: number) => {
      const parts = []
      if (schools) parts.push(`${schools} 个学段未达标`)
      if (open) parts.push(`${open} 个学段无法判定`)
      if (cvs) parts.push(`${cvs} 项差异系数超限`)
      if (items) parts.push(`${items} 个条目未达标`)
      return parts.length ? `还有 ${parts.join('、')}。` : ''
    },
    openLead: (n: number) => (n ? `缺 ${n} 项数据，补齐后才能判定相应的学段和条目。` : ''),
    easiest: (title: string, n: number) => `先补“${title}”，可使 ${n} 个学段转为达标。`,
    cardCv: '差异系数', cardSchools: '学校综合', cardGovernment: '政府保障', cardQuality: '教育质量', cardRecognition: '社会认可',
    cardEntry: '申报条件与否决项',
    cvRule: (p: string, j: string) => `小学 ≤ ${p}，初中 ≤ ${j}，须全部达到`,
    schoolRule: '七项至少六项达到，余项不低于标准的 85%',
    itemRule: '各条均须达到',
    cvTitle: '校际差异系数', cvLead: '越小越均衡；竖线为上限',
    stripTitle: '各校与标准的距离', stripLead: '每点一个学段，横轴为实际值 ÷ 标准值',
    limit: '上限', standardLine: '标准', others: (n: number) => `另有 ${n} 个超出图外`,
    failing: '未达标的学段与原因', noFailing: '在评学段全部达标。',
    school: '学校', stage: '学段', students: '学生', verdict: '结论', reason: '为什么', gap: '补到标准还差',
    asTable: '查看数据', tableBelow: '数据见下方表格',
  },
  school: { back: '返回总览', indicator: '指标', value: '实际值', threshold: '标准', floor: '下限', gap: '还差', outside: '不在资源配置评估范围', explainHint: '点数字看它怎么来的' },
  items: {
    title: '指标与条目', groups: { entry: '资格审核', resource: '资源配置', government: '政府保障程度', quality: '教育质量', recognition: '社会认可度', veto: '一票否决' },
    failing: (n: number) => `涉及 ${n} 个学校`,
  },
  data: {
    title: '数据', lead: '可放入一个工作簿(.xlsx、.xls)，或一组 CSV 文件。原始文件逐字节保存，不会被改动。',
    choose: '选择文件', drop: '或拖到这里', reading: '正在读取和核对', kept: '已保存。', findings: (n: number) => `发现 ${n} 条需要看一看`,
    clean: '没有发现问题', refused: '不能使用，没有保存任何内容。请按下面的提示修改后再导入。',
    accept: '采用这份数据', accepted: '已采用', draft: '未采用', when: '导入时间', place: '位置', problem: '问题', hint: '怎么办',
    severity: { error: '错误', explain: '需说明', note: '提示' }, show: '查看问题', list: '已导入的数据', more: (n: number) => `还有 ${n} 条，见命令 check`,
  },
  standards: { title: '标准', lead: '每个数值都有条款、日期和核实程度的标记。' },
  accounts: { title: '账号', login: '用户名', name: '姓名', roles: '角色', add: '新建账号', initial: '初始密码(首次登录须修改)', go: '新建' },
  roles: {
    system: '系统管理员', security: '安全管理员', auditor: '审计管理员', county: '县级管理员', planner: '规划', personnel: '人事',
    inspector: '督导', school: '学校填报', city: '市级读者', province: '省级读者',
  } as Record<string, string>,
  footer: (document: string, date: string) => `依据 ${document}，适用日期 ${date}`,
}

export type Words = typeof zh
