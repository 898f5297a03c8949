// The page in a real browser, over the built program and a temporary data folder.
// node e2e/journeys.mjs [--screenshots DIR] [--update]; JUNHENG and CHROMIUM name the two programs.
// --update writes what a screen reader is told of some pages anew (e2e/aria): read the diff.
// Fails on a request to another host, a console error, an axe violation, a sideways scroll, or a page that
// has grown over its budget.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WIDTHS, check, launch, look, program, serve, shots, takeData, update, watched, weigh, wrong } from './browser.mjs'
import { coming } from './coming.mjs'
import { above, city, roles } from './sites.mjs'

async function journeys(browser, { base, secret: token }, county, second) {
  const { context, page } = await watched(browser, base, {})

  // First start and administrator.
  await page.goto(`${base}/`)
  await page.getByRole('heading', { name: '首次启动' }).waitFor()
  await look(page, 'first-start')
  for (const [label, text] of [
    ['初始化口令', token], ['行政区划代码(六位)', '999999'], ['单位名称', '合成示例县'],
    ['姓名', '李华'], ['用户名', 'lihua'], ['密码(至少 10 个字符，含三类符号)', 'Lan-tian-2025'],
  ]) await page.getByLabel(label, { exact: true }).fill(text)
  await page.getByRole('button', { name: '完成' }).click()
  await page.getByRole('heading', { name: '还没有数据' }).waitFor()
  await look(page, 'empty')

  // What cannot be used comes back with its findings in its cells.
  await page.getByRole('link', { name: '导入数据' }).click()
  await page.setInputFiles('input[type=file]', { name: 'schools.csv', mimeType: 'text/csv', buffer: Buffer.from('school_id,name\nS1,a\nS1,b\n') })
  await page.getByRole('alert').waitFor()
  const refused = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载标注后的表' }).click()
  check((await refused).suggestedFilename() === 'schools-核查标注.xlsx', 'a refused file is marked')
  await look(page, 'data-refused', [360, 1366])

  // Import, findings, one explained, the workbook marked; accept.
  await page.setInputFiles('input[type=file]', county)
  await page.locator('table td .tag').first().waitFor()
  const marked = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载标注后的表' }).click()
  check((await marked).suggestedFilename().endsWith('-核查标注.xlsx'), 'a marked workbook is saved')
  const doubt = page.getByRole('button', { name: /^说明：/ }).first()
  await doubt.click()
  await page.getByRole('textbox', { name: /^说明：/ }).fill('已与学籍系统核对，数字无误')
  await page.keyboard.press('Enter')
  await page.getByText('已与学籍系统核对，数字无误').waitFor()
  await look(page, 'data')
  // The next import carries what was said; it can be taken back.
  await page.setInputFiles('input[type=file]', county)
  await page.getByText('沿用以前的说明 1 条').waitFor()
  await page.getByText('沿用', { exact: true }).waitFor()
  await look(page, 'data-carried', [360, 1366])
  await page.getByRole('button', { name: /^撤回：/ }).click()
  await page.getByText('沿用', { exact: true }).waitFor({ state: 'detached' })
  await takeData(page)
  await page.getByText('当前采用').waitFor()

  // Verdict, then why down to a cell, by the keyboard.
  await page.getByRole('link', { name: '县域总览' }).click()
  await page.locator('.banner h1').waitFor()
  check((await page.locator('.cards .card').count()) === 5, 'five cards')
  check((await page.locator('.chart circle').count()) > 50, 'a point per section')
  check((await page.locator('header nav a').count()) <= 9, 'nine entries in the menu')
  await look(page, 'overview')
  await page.locator('.bar .hit').first().focus()
  await page.keyboard.press('Enter')
  await page.locator('dialog .formula').first().waitFor()
  await page.keyboard.press('Escape')
  check(await page.locator('.bar .hit').first().evaluate((e) => e === document.activeElement), 'focus returns to the bar')
  await page.locator('td button.plain:visible').first().click()
  await page.locator('dialog code').first().waitFor()
  check(/\.csv [A-Z]+\d+/.test(await page.locator('dialog code').first().innerText()), 'a cell of the original file')
  await look(page, 'why', [360, 1366])
  await page.keyboard.press('Escape')
  await page.locator('td a:visible').first().click()
  await page.locator('td .tag').first().waitFor()
  await page.locator('.identity').filter({ hasText: /^\d{10} · / }).waitFor()
  await look(page, 'school')
  await page.getByRole('link', { name: '指标与条目' }).click()
  await page.locator('td .tag').first().waitFor()
  await look(page, 'items')
  await page.getByRole('link', { name: /^L5/ }).click()
  await page.locator('.chart circle, .chart path').first().waitFor()
  await page.locator('td button.plain').first().click()
  await page.locator('dialog code').first().waitFor()
  await page.keyboard.press('Escape')
  await look(page, 'indicator')
  await page.getByRole('link', { name: '指标与条目' }).click()

  // An item and its evidence.
  await page.locator('td a').filter({ hasText: '布局' }).first().click()
  await page.getByText('还没有佐证材料。').waitFor()
  await page.getByLabel('选择文件').setInputFiles({ name: '布局专项规划批复.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 sample') })
  await page.getByLabel('有效期至(不填为长期)').fill('2099-12-31')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('link', { name: '布局专项规划批复.pdf' }).waitFor()
  await look(page, 'item')
  await page.getByRole('link', { name: '标准', exact: true }).click()
  await page.locator('td a').first().click()
  await page.locator('.book').waitFor()
  await look(page, 'standard')
  await page.getByRole('link', { name: '账号' }).click()
  await page.locator('tbody tr').first().waitFor()
  await look(page, 'accounts')

  // Another standard: what would change, take it, drop it.
  await page.getByRole('link', { name: '标准', exact: true }).click()
  await page.getByRole('link', { name: /均衡发展督导评估暂行办法/ }).click()
  await page.getByRole('button', { name: '用它会怎样' }).click()
  await page.getByRole('status').filter({ hasText: /结论|条目/ }).waitFor()
  await look(page, 'standard-what-if')
  await page.getByRole('button', { name: '采用', exact: true }).click()
  await page.getByRole('button', { name: '设为本县标准' }).click()
  await page.getByText('本县按所选标准评估').waitFor()
  await page.getByRole('link', { name: '县域总览' }).click()
  await page.getByText('教督〔2012〕3号').first().waitFor()
  await page.getByRole('link', { name: '标准', exact: true }).click()
  await page.getByRole('button', { name: '恢复国家标准' }).click()
  await page.getByText('本县按所选标准评估').waitFor({ state: 'detached' })

  // What the standard leaves open: chosen, in the address, under the verdict, and back.
  const compared = page.getByLabel('差异系数的比较方式')
  await compared.selectOption('round2')
  await page.waitForURL(/set=compare(=|%3D)round2/)
  await page.getByText('各页正按所选标准评估').waitFor()
  await look(page, 'parameters', [360, 1366])
  await page.getByRole('link', { name: '县域总览' }).click()
  await page.locator('.banner').getByText('差异系数的比较方式：四舍五入到两位小数后比较').waitFor()
  check(/set=compare/.test(page.url()), 'the parameter stays in the address')
  await page.reload()
  await page.locator('.banner').getByText('四舍五入到两位小数后比较').waitFor()
  await page.getByRole('link', { name: '标准', exact: true }).click()
  await compared.selectOption('exact')
  await page.getByText('各页正按所选标准评估').waitFor({ state: 'detached' })
  check(!page.url().includes('set='), 'the usual value is not in the address')

  // A school by initials.
  await page.getByRole('link', { name: '学校', exact: true }).click()
  await page.getByLabel('校名、代码、旧名、拼音或首字母').fill('gaoszx')
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length < 5)
  check((await page.locator('tbody td').first().innerText()).includes('高山中学'), 'pinyin finds 高山中学')
  await page.getByLabel('校名、代码、旧名、拼音或首字母').fill('')
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length > 20)
  await look(page, 'schools')

  // A paper, saved.
  await page.getByRole('link', { name: '报告与公示' }).click()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: '自评报告 Word' }).click()
  await page.getByRole('progressbar').waitFor()
  check((await saved).suggestedFilename().endsWith('.docx'), 'a Word report is saved')
  await look(page, 'reports')

  // A second data set without flaws: compared with the first, then planned on.
  await page.getByRole('link', { name: '数据', exact: true }).click()
  await page.setInputFiles('input[type=file]', second)
  // Beside the first import, which nobody accepted.
  await page.getByRole('button', { name: '采用这份数据' }).nth(1).waitFor()
  await page.getByRole('button', { name: '采用这份数据' }).first().click()
  await page.getByText('曾采用').waitFor()
  await page.getByRole('link', { name: '比较', exact: true }).click()
  await page.locator('h2', { hasText: '结论发生变化的' }).waitFor()
  await look(page, 'compare')
  await plans(page)
  await open(browser, page, base)
  await coming(page, base)
  await page.goto(`${base}/?wall=1`)
  await page.locator('.banner h1').waitFor()
  await page.setViewportSize({ width: 1920, height: 1080 })
  check(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), 'the wall view is one screen')
  await look(page, 'wall')
  await page.setViewportSize({ width: 1366, height: 900 })
  const cookies = await context.cookies()
  await weigh(browser, base, [], '/', 140)
  await weigh(browser, base, cookies, '/', 360)
  await weigh(browser, base, cookies, '/plans/zones', 620)
  await weigh(browser, base, [], '/public/zones', 60)
  await page.goto(`${base}/`)
  await page.locator('.banner h1').waitFor()

  // English: no Chinese but what the county itself wrote, and names of laws.
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.locator('.banner h1').waitFor()
  for (const place of ['nav', '.banner', '.cards', '.charts h2', 'thead']) {
    const text = (await page.locator(place).allInnerTexts()).join(' ')
    check(!/[一-鿿]/.test(text), `Chinese in the English ${place}: ${text}`)
  }
  await look(page, 'overview-english')

  // A server that is gone is said, and a school that the data do not have.
  const lost = await watched(browser, base, {}, () => true)
  await lost.page.route('**/api/**', (route) => route.abort())
  await lost.page.goto(`${base}/`)
  await lost.page.getByRole('alert').filter({ hasText: '服务器没有应答' }).waitFor()
  await lost.page.getByRole('button', { name: '重试' }).waitFor()
  await lost.context.close()
  await page.getByRole('button', { name: '中文' }).click()
  await page.goto(`${base}/school/none`)
  await page.getByRole('heading', { name: '这份数据里没有这所学校' }).waitFor()
  await page.goBack()
  await page.locator('.banner h1').waitFor()

  // On a phone.
  await page.setViewportSize({ width: 390, height: 844 })
  await page.locator('.banner h1').waitFor()
  await look(page, 'overview-phone', [360, 390])
  await page.getByRole('button', { name: '退出' }).click()
  await page.getByRole('heading', { name: '登录' }).waitFor()
  await look(page, 'login-phone', [360, 390])
  await context.close()
}

/** Filing: two schools, a township and the county, each in a browser of their own. */
async function filing(browser, { base }, county) {
  const password = 'Lan-tian-2025'
  /** Pages that are about to be refused something, which a browser calls an error of its own. */
  const refused = new Set()
  const enter = async (login, viewport = { width: 1366, height: 900 }) => {
    const { page } = await watched(browser, base, { viewport }, (said) => refused.has(page) && /status of 40[39]/.test(said))
    await page.goto(`${base}/`)
    await page.getByLabel('用户名').fill(login)
    await page.getByLabel('密码', { exact: true }).fill(login === 'lihua' ? password : 'Qing-xi-2026')
    await page.getByRole('button', { name: '登录' }).click()
    return page
  }
  const bureau = await enter('lihua')
  await bureau.getByRole('link', { name: '填报', exact: true }).click()
  await bureau.getByRole('heading', { name: '还没有填报任务' }).waitFor()
  await look(bureau, 'filing-empty', [360, 1366])
  await bureau.getByLabel('任务名称').fill('2026 年基础数据')
  await bureau.getByLabel('学年', { exact: true }).fill('2026-2027')
  await bureau.getByLabel('数据时点').fill('2026-09-01')
  await bureau.getByLabel('截止日期').fill('2099-09-20')
  await bureau.getByText('发给').click()
  await bureau.getByLabel('查找学校(校名或代码)').fill('小学')
  await bureau.getByRole('checkbox').first().check()
  await bureau.getByText('1 所学校').waitFor()
  await bureau.getByRole('button', { name: '改回全部学校' }).click()
  await bureau.getByRole('button', { name: '布置' }).click()
  await bureau.getByRole('heading', { name: '2026 年基础数据' }).waitFor()

  // Accounts of two schools and of the first one's township.
  await bureau.getByRole('link', { name: '账号' }).click()
  const rows = readFileSync(county.find((f) => f.endsWith('schools.csv')), 'utf8').trim().split('\n').map((l) => l.split(','))
  const at = Object.fromEntries(rows[0].map((h, n) => [h, n]))
  const schools = rows.slice(1, 3)
  const add = async (login, role, organisation) => {
    await bureau.getByLabel('用户名').fill(login)
    await bureau.getByLabel('姓名').fill(login)
    await bureau.getByLabel('角色').selectOption(role)
    if (organisation) await bureau.getByLabel('单位').selectOption({ label: organisation })
    await bureau.getByLabel('电话').fill('0571-1234567')
    await bureau.getByLabel('初始密码(首次登录须修改)').fill(password)
    await bureau.getByRole('button', { name: '新建' }).click()
    await bureau.locator('tbody').getByText(login, { exact: true }).first().waitFor()
  }
  await add('school1', 'school', schools[0][at.name])
  await add('school2', 'school', schools[1][at.name])
  await add('town', 'township', schools[0][at.township])
  await add('checker', 'auditor')
  await add('keeper', 'system')
  await look(bureau, 'accounts-filing', [360, 1366])

  // Who has an interest in a school reviews nothing of it.
  await bureau.getByLabel('人员').selectOption({ label: 'town (town)' })
  await bureau.getByText('没有登记。').waitFor()
  await bureau.getByRole('combobox', { name: '学校', exact: true }).selectOption({ label: schools[0][at.name] })
  await bureau.getByLabel('利害关系(如配偶任校长)').fill('配偶任校长')
  await bureau.getByRole('button', { name: '登记' }).click()
  await bureau.locator('li').filter({ hasText: '配偶任校长' }).waitFor()
  await look(bureau, 'interests', [360, 1366])
  const change = async (login, viewport) => {
    const context = await browser.newContext({ viewport: viewport ?? { width: 1366, height: 900 }, locale: 'zh-CN', reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await page.goto(`${base}/`)
    await page.getByLabel('用户名').fill(login)
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByLabel('原密码').fill(password)
    await page.getByLabel('新密码').fill('Qing-xi-2026')
    await page.getByRole('button', { name: '修改' }).click()
    await page.getByRole('button', { name: '退出' }).waitFor()
    await context.close()
  }
  for (const login of ['school1', 'school2', 'town', 'checker', 'keeper']) await change(login)

  // A school fills its form by the keyboard; the draft survives the page; a figure is doubted.
  const fill = async (page) => {
    await page.getByRole('link', { name: '去填报' }).click()
    await page.locator('.figures .entry').first().waitFor()
    await page.waitForTimeout(200)
    const questions = await page.locator('.figures tr:has(.entry)').evaluateAll((all) =>
      all.map((tr) => [tr.querySelector('.entry > *').id, tr.querySelector('td.number').innerText]))
    for (const [id, last] of questions) {
      const field = page.locator(`[id="${id}"]`)
      if ((await field.evaluate((e) => e.tagName)) === 'SELECT') await field.selectOption({ label: last })
      else await field.fill(last === '–' ? '0' : last.replaceAll(',', ''))
    }
    await page.getByText('已保存').waitFor()
    return questions
  }
  const explain = async (page) => {
    for (let n = 0; n < 40 && (await page.getByRole('button', { name: '处须改正或说明' }).count()); n++) {
      // An answer that comes meanwhile may leave nothing to click on.
      await page.getByRole('button', { name: '处须改正或说明' }).click({ timeout: 5_000 }).catch(() => {})
      for (const box of await page.locator('.figures textarea').all()) if (!(await box.inputValue())) await box.fill('已与学籍核对')
      await page.waitForTimeout(900)
    }
    await page.getByRole('button', { name: '没有须处理的问题' }).waitFor()
  }
  // Asked once: the school cannot take it back.
  const handIn = async (page) => {
    await page.getByRole('button', { name: '上报', exact: true }).click()
    await page.getByRole('button', { name: '确认上报' }).click()
    await page.getByText('已上报').first().waitFor()
  }
  const one = await enter('school1')
  await one.getByRole('heading', { name: '2026 年基础数据' }).waitFor()
  // Its own figures in the data in force, each with where it comes from; no other school's.
  await one.getByRole('heading', { level: 1, name: schools[0][at.name] }).waitFor()
  await one.locator('td button.plain').first().click()
  await one.locator('dialog code').first().waitFor()
  await one.keyboard.press('Escape')
  check(!(await one.locator('main').innerText()).includes(schools[1][at.name]), 'a school sees no other')
  await look(one, 'mine')
  await one.getByRole('link', { name: '填报', exact: true }).click()
  await look(one, 'filing-school', [360, 1366])
  const questions = await fill(one)
  const students = questions.find(([id]) => id.endsWith('.students'))
  await one.locator(`[id="${students[0]}"]`).fill('12,5,x')
  await one.locator('.doubt .not_met').first().waitFor()
  await look(one, 'form')
  const before = students[1].replaceAll(',', '')
  await one.locator(`[id="${students[0]}"]`).fill(before)
  await one.waitForTimeout(1200)
  await one.reload()
  await one.locator('.figures .entry').first().waitFor()
  check((await one.locator(`[id="${students[0]}"]`).inputValue()) === before, 'the draft survives')
  await one.locator('.figures input').first().focus()
  await one.keyboard.press('Enter')
  check(await one.locator('.figures .entry > *').nth(1).evaluate((e) => e === document.activeElement), 'Enter moves on')
  await explain(one)
  await handIn(one)
  await look(one, 'form-submitted', [360, 1366])

  const two = await enter('school2', { width: 390, height: 844 })
  await fill(two)
  await explain(two)
  await look(two, 'form-phone', [360, 390])
  await handIn(two)

  // The township gives one back and then passes it; the county accepts, corrects, and makes the data.
  const town = await enter('town')
  await town.getByRole('link', { name: '查看' }).click()
  await town.getByRole('link', { name: schools[0][at.name] }).click()
  await town.getByLabel('退回原因(学校会看到)').fill('学生数请再核对')
  refused.add(town)
  await town.getByRole('button', { name: '退回' }).click()
  await town.getByRole('alert').filter({ hasText: '利害关系' }).waitFor()
  refused.delete(town)
  await bureau.getByRole('button', { name: '撤销' }).click()
  await bureau.getByText('没有登记。').waitFor()
  await town.getByRole('button', { name: '退回' }).click()
  await town.getByText('已退回').first().waitFor()
  await one.reload()
  await one.getByText('学生数请再核对').waitFor()
  await handIn(one)
  await town.reload()
  await town.getByRole('button', { name: '审核通过' }).click()
  await town.getByText('乡镇已审').first().waitFor()
  await bureau.getByRole('link', { name: '填报', exact: true }).click()
  await bureau.getByRole('link', { name: '查看' }).click()
  await bureau.getByRole('button', { name: '提醒未报学校' }).click()
  await bureau.getByRole('status').waitFor()
  await look(bureau, 'filing-progress')
  // What waits for the county: two forms, accepted together; then one of them corrected.
  await bureau.getByRole('button', { name: '等我审核 2' }).click()
  await bureau.waitForFunction(() => document.querySelectorAll('.scroll tbody tr').length === 2)
  check(new URL(bureau.url()).searchParams.get('show') === 'waiting', 'the filter is in the address')
  await bureau.getByRole('button', { name: '选中全部待审的' }).click()
  await bureau.getByRole('button', { name: '采用所选(2)' }).click()
  await bureau.getByText('将采用并锁定 2 份表').waitFor()
  await look(bureau, 'filing-several', [360, 1366])
  await bureau.getByRole('alert').getByRole('button', { name: '采用所选(2)' }).click()
  await bureau.getByText('已处理 2 份表').waitFor()
  await bureau.getByRole('button', { name: '全部', exact: true }).click()
  await bureau.getByRole('link', { name: schools[0][at.name] }).click()
  await bureau.getByText('已采用').first().waitFor()
  await bureau.getByLabel('更正项目').selectOption(students[0])
  await bureau.getByLabel('更正为').fill(String(Number(before) + 1))
  await bureau.getByLabel('更正原因').fill('学籍核对')
  await bureau.getByRole('button', { name: '更正' }).click()
  await bureau.locator('li s').waitFor()
  await look(bureau, 'form-corrected', [360, 1366])
  await bureau.getByRole('link', { name: '返回任务' }).click()
  await bureau.getByRole('button', { name: '先生成部分数据' }).click()
  await bureau.getByText('新数据沿用上年的').waitFor()
  await bureau.getByRole('button', { name: '生成部分数据', exact: true }).click()
  await bureau.getByText('已生成新数据').waitFor()
  await bureau.getByRole('link', { name: '李华' }).click()
  await bureau.getByRole('button', { name: '启用' }).click()
  await bureau.locator('code').first().waitFor()
  await look(bureau, 'own', [360, 1366])

  // The other two duties: backups, and the audit with its chain.
  const keeper = await enter('keeper')
  await keeper.getByText('还没有在这里做过备份。').waitFor()
  await keeper.getByRole('button', { name: '立即备份' }).click()
  await keeper.getByText('已备份。').waitFor()
  await look(keeper, 'system', [360, 1366])
  const checker = await enter('checker')
  await checker.getByText('链条完好').waitFor()
  await checker.getByLabel('查找操作人、操作或对象').fill('退回')
  await checker.locator('tbody tr').first().waitFor()
  await checker.getByLabel('查找操作人、操作或对象').fill('')
  const audit = checker.waitForEvent('download')
  await checker.getByRole('button', { name: '导出全部(CSV)' }).click()
  check((await audit).suggestedFilename() === 'audit.csv', 'the audit is exported')
  await look(checker, 'audit', [360, 1366])
  for (const page of [bureau, one, two, town, keeper, checker]) await page.context().close()
}

/** The planning pages: each plan is made, and taken where the county would take it. */
async function plans(page) {
  await page.getByRole('link', { name: '规划', exact: true }).click()
  await page.getByRole('button', { name: '开始计算' }).click()
  await page.getByRole('slider').waitFor()
  await look(page, 'path')
  // What an action is for, down to the cell.
  await page.locator('td button.plain:visible').first().click()
  await page.locator('dialog code').first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('slider').focus()
  for (let n = 0; n < 120; n++) await page.keyboard.press('ArrowLeft')
  await page.getByRole('button', { name: '按这笔钱规划' }).click()
  await page.getByRole('progressbar').waitFor({ state: 'detached' })
  // A plan is found again: its job is in the address.
  const told = await page.locator('main h1').innerText()
  check(new URL(page.url()).searchParams.has('job'), 'the plan is in the address')
  await page.reload()
  await page.getByRole('slider').waitFor()
  check((await page.locator('main h1').innerText()) === told, 'the plan is there after a reload')

  // What was asked for is changed: that is told where it was changed, and the old plan cannot be taken.
  await page.getByLabel('目标学年').selectOption({ index: 2 })
  await page.getByRole('status').filter({ hasText: '要求已改动' }).waitFor()
  check((await page.getByRole('button', { name: '采用方案' }).count()) === 0, 'a plan of another year is not taken')

  await page.getByRole('link', { name: '教师轮岗' }).click()
  await page.getByRole('button', { name: '开始计算' }).click()
  await page.locator('tbody tr').first().waitFor()
  await look(page, 'rotation')
  // Its reasons are in the language in which it was made: the other one says so.
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByText('The reasons of this plan are in Chinese').waitFor()
  const moves = await page.locator('tbody tr').count()
  await page.getByRole('button', { name: 'Show in English' }).click()
  await page.locator('tbody td', { hasText: 'of eligible teachers' }).first().waitFor()
  check((await page.locator('tbody tr').count()) === moves, 'the same plan in the other language')
  check((await page.getByText('The reasons of this plan are in Chinese').count()) === 0, 'a plan in the language of the page needs no word')
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('button', { name: '换成中文' }).click()
  await page.locator('tbody td', { hasText: '符合条件教师' }).first().waitFor()
  // A rule that cannot be is told where it stands, also behind the fold, and nothing is computed.
  const before = page.url()
  await page.getByText('更多规则').click()
  await page.getByLabel('交流比例(如 0.1，不填按标准)', { exact: true }).fill('7')
  await page.getByText('更多规则').click()
  await page.getByRole('button', { name: '重新计算' }).first().click()
  check(await page.getByLabel('交流比例(如 0.1，不填按标准)', { exact: true }).evaluate((e) => e === document.activeElement), 'a refused rule is shown')
  check(page.url() === before, 'a refused rule computes nothing')
  await page.getByLabel('交流比例(如 0.1，不填按标准)', { exact: true }).fill('')
  const refused = await page.locator('tbody tr td').first().innerText()
  await page.getByRole('button', { name: `不去 ${refused.slice(0, 7)}` }).click()
  await page.getByRole('status').getByRole('button', { name: '重新计算' }).click()
  await page.getByRole('button', { name: '采用方案' }).waitFor()
  check(!(await page.locator('tbody').innerText()).includes(refused.slice(0, 7)), 'who stays is not moved')
  await page.getByRole('button', { name: '采用方案' }).click()
  await page.getByText('轮岗方案', { exact: true }).waitFor()

  await page.getByRole('link', { name: '学龄人口' }).click()
  await page.locator('svg.chart').waitFor()
  await look(page, 'places', [360, 1366], false)
  await page.getByRole('cell').getByRole('button', { name: /^[\d,]+$/ }).first().click()
  await page.locator('dialog code').first().waitFor()
  await page.keyboard.press('Escape')

  // Zones on what the rotation left: by hand, by the keyboard, by the optimiser.
  await page.getByRole('link', { name: '学区', exact: true }).click()
  await page.locator('canvas').waitFor()
  await look(page, 'zones')
  const box = await page.locator('canvas').boundingBox()
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.locator('.loads button.plain').first().click()
  await page.getByRole('button', { name: '画笔' }).click()
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.down()
  await page.mouse.move(middle.x + 40, middle.y + 25, { steps: 8 })
  await page.mouse.up()
  await page.getByRole('button', { name: '撤销 (1)' }).waitFor()
  await page.getByText('换学校的学生').first().waitFor()
  // A stroke that begins beside the county is a step of its own.
  await page.mouse.move(box.x + 6, middle.y)
  await page.mouse.down()
  await page.mouse.move(middle.x - 60, middle.y + 20, { steps: 30 })
  await page.mouse.up()
  await page.getByRole('button', { name: '撤销 (2)' }).waitFor()
  await page.keyboard.press('Control+z')
  await page.getByRole('button', { name: '撤销 (1)' }).waitFor()
  await look(page, 'zones-edited')
  // A draft stays through the other stage, another page, the other language and a reload.
  await page.getByRole('button', { name: '初中', exact: true }).click()
  await page.getByRole('button', { name: '撤销 (0)' }).waitFor()
  check(new URL(page.url()).searchParams.get('stage') === 'junior', 'the stage is in the address')
  await page.getByRole('button', { name: '小学', exact: true }).click()
  await page.getByRole('button', { name: '撤销 (1)' }).waitFor()
  await page.getByRole('link', { name: '方案链' }).click()
  await page.getByRole('link', { name: '学区', exact: true }).click()
  await page.getByRole('button', { name: '撤销 (1)' }).waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Undo (1)' }).waitFor()
  await page.getByRole('button', { name: '中文' }).click()
  page.once('dialog', (dialog) => dialog.accept())
  await page.reload()
  await page.getByText('已恢复没有采用的草案(1 步)').waitFor()
  await page.keyboard.press('Control+z')
  await page.getByRole('button', { name: '撤销 (0)' }).waitFor()
  await page.getByRole('button', { name: '到居住单元表' }).click()
  await page.getByRole('checkbox', { name: /^选中/ }).first().focus()
  await page.keyboard.press('Space')
  await page.getByRole('combobox', { name: '划入', exact: true }).selectOption({ index: 5 })
  await page.getByRole('button', { name: '划入(1)' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '撤销 (1)' }).waitFor()
  await page.getByRole('button', { name: '自动优化' }).click()
  await page.getByRole('button', { name: '采用建议' }).waitFor()
  await look(page, 'zones-offer')
  await page.getByRole('button', { name: '不采用' }).click()
  await page.getByRole('button', { name: '采用方案' }).click()
  await page.getByText('学区方案(手工)', { exact: true }).first().waitFor()
  await look(page, 'chain')
  // The plan that was taken is found again; a second one, as the optimiser offers it, stands beside it.
  const rotated = await page.locator('.chain li.shown a').filter({ hasText: '看方案' }).first().getAttribute('href')
  check(rotated.startsWith('/plans/zones'), 'a plan of zones has its page')
  await page.locator('.chain li.shown').getByRole('link', { name: '看方案' }).click()
  await page.getByRole('heading', { name: '采用过的学区方案' }).waitFor()
  await page.getByRole('link', { name: '现行学区' }).click()
  await page.getByRole('button', { name: '撤销 (0)' }).waitFor()
  await page.getByText('更多规则').click()
  await page.getByLabel('学校最大负荷(学生数 ÷ 学位数)').fill('0.95')
  await page.getByRole('button', { name: '自动优化' }).click()
  await page.getByRole('button', { name: '采用建议' }).click()
  await page.getByLabel('方案名称').fill('优化后的学区')
  await page.getByRole('button', { name: '采用方案' }).click()
  await page.locator('.chain li.shown').getByRole('link', { name: '看方案' }).click()
  await page.waitForFunction(() => document.querySelectorAll('.beside th').length === 4)
  await page.locator('.beside .bad, .beside .good').first().waitFor()
  await look(page, 'zones-plans')
  await page.getByRole('link', { name: '比较两个方案的结论' }).click()
  await page.locator('h2', { hasText: '结论发生变化的' }).waitFor()
  await page.goBack()
  await page.locator('.beside').waitFor()

  await page.getByRole('link', { name: '布局' }).click()
  await page.locator('canvas').waitFor()
  await page.getByRole('button', { name: '计算', exact: true }).click()
  await page.locator('.scenario').waitFor()
  await page.waitForURL(/[?&]job=/)
  await page.reload()
  await page.locator('.scenario').waitFor()
  await look(page, 'layout')
  await page.getByRole('button', { name: '采用方案' }).click()
  await page.getByText('布局方案', { exact: true }).first().waitFor()
}

/** The county makes things public; then somebody without login, on a phone, without script. */
async function open(browser, page, base) {
  await page.goto(`${base}/publish`)
  await page.getByText('还没有公开的内容。').waitFor()
  await look(page, 'publish-empty')
  const kind = page.getByRole('combobox', { name: '内容', exact: true })
  await page.getByLabel('审图号').fill('示例审字(2026)001号')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存。').waitFor()
  await page.getByRole('button', { name: '公开', exact: true }).click()
  await page.getByText('已公开。').waitFor()
  await kind.selectOption('zones')
  await page.getByLabel('决定日期').fill('2026-06-01')
  await page.getByRole('button', { name: '公开', exact: true }).click()
  await page.waitForFunction(() => document.querySelectorAll('td .tag.met').length === 2)
  await kind.selectOption('plan')
  await page.getByLabel('标题').fill('2026 年学区调整方案')
  await page.getByLabel('说明').fill('三个村改由就近学校服务。')
  await page.getByLabel('意见截止日期').fill('2099-12-31')
  await page.getByRole('button', { name: '公开', exact: true }).click()
  await page.waitForFunction(() => document.querySelectorAll('td .tag.met').length === 3)
  await look(page, 'publish')

  let refused = false
  const phone = await watched(browser, base, { viewport: { width: 390, height: 844 }, javaScriptEnabled: false }, (said) => refused && /status of 400/.test(said))
  const at = phone.page
  const widths = async (name) => {
    for (const width of WIDTHS) {
      await at.setViewportSize({ width, height: 844 })
      const wide = await at.locator('body').evaluate((b) => Math.max(b.scrollWidth, b.parentElement.scrollWidth) - b.parentElement.clientWidth).catch(() => 0)
      check(wide <= 0, `${name}: ${wide} px too wide at ${width}`)
    }
    await at.setViewportSize({ width: 390, height: 844 })
    if (shots) writeFileSync(join(shots, `${name}.png`), await at.screenshot())
    console.log(`looked at ${name}`)
  }
  await at.goto(`${base}/public`)
  check((await at.locator('h1').innerText()).length > 4, 'a verdict for everybody')
  await widths('public')
  await at.getByRole('link', { name: '查学区' }).click()
  await at.getByLabel('地址、村或小区(可用拼音或首字母)').fill('东洲镇云湾村12号')
  await at.getByRole('button', { name: '查找' }).click()
  await at.locator('td b').first().waitFor()
  check(/学/.test(await at.locator('td b').first().innerText()), 'an address has a school')
  await widths('public-zones')
  await at.goto(`${base}/public/zones?q=yunwan`)
  check((await at.locator('td').first().innerText()).includes('云湾'), 'pinyin finds a village')
  await at.getByRole('link', { name: '学校', exact: true }).click()
  check(!/senior/.test(await at.locator('tbody').innerText()), 'every stage has its name')
  await at.locator('td a').first().click()
  await widths('public-school')
  await at.getByRole('link', { name: '规划与决定' }).click()
  refused = true
  await at.getByLabel('您的意见(不要写电话、身份证号)').fill('请打 13800138000 联系我')
  await at.getByRole('button', { name: '提交意见' }).click()
  await at.getByRole('alert').filter({ hasText: '请不要写电话' }).waitFor()
  check((await at.getByLabel('您的意见(不要写电话、身份证号)').inputValue()) === '请打 13800138000 联系我', 'what was written is kept')
  await widths('public-refused')
  refused = false
  await at.getByLabel('您的意见(不要写电话、身份证号)').fill('希望保留校车。<script>alert(1)</script>')
  await at.getByRole('button', { name: '提交意见' }).click()
  await at.getByText('意见已收到').waitFor()
  await widths('public-plans')
  await phone.context.close()
  // The same pages for a screen reader.
  const desk = await watched(browser, base, {})
  for (const [path, name] of [['/public', 'public-desk'], ['/public/schools', 'public-schools-desk'], ['/public/zones?q=ywc', 'public-zones-desk'], ['/public/plans?lang=en', 'public-plans-desk'], ['/public/verify?q=0123456789abcdef', 'public-verify-desk']]) {
    await desk.page.goto(`${base}${path}`)
    await look(desk.page, name)
  }
  // In English too a phone leaves the names their words.
  await desk.page.setViewportSize({ width: 360, height: 844 })
  await desk.page.goto(`${base}/public?lang=en`)
  const tall = await desk.page.locator('td.words').evaluateAll((all) => Math.max(...all.map((e) => e.clientHeight)))
  check(tall < 190, `a name of an indicator is ${tall} px high on a phone`)
  await desk.context.close()
  await page.reload()
  await page.getByText('希望保留校车').waitFor()
}

const folder = mkdtempSync(join(tmpdir(), 'junheng-e2e-'))
const servers = []
let browser
/** The program begun; what it said. */
const begin = (place, secret, ...options) => {
  servers.push(serve(join(folder, place), secret, ...options))
  return servers.at(-1).started
}
try {
  if (shots) mkdirSync(shots, { recursive: true })
  if (update) mkdirSync(join(dirname(fileURLToPath(import.meta.url)), 'aria'), { recursive: true })
  execFileSync(program, ['generate', 'county', '--schools', '60', '--seed', '1', '--flaws', '--out', join(folder, 'county')])
  const county = readdirSync(join(folder, 'county')).filter((n) => n.endsWith('.csv')).map((n) => join(folder, 'county', n))
  execFileSync(program, ['generate', 'county', '--schools', '60', '--seed', '1', '--out', join(folder, 'second')])
  const second = readdirSync(join(folder, 'second')).filter((n) => n.endsWith('.csv')).map((n) => join(folder, 'second', n))
  browser = await launch()
  // Three sites that share nothing but the browser.
  const own = async () => {
    const site = await begin('own', /[0-9a-f]{64}/)
    await journeys(browser, site, county, second)
    await filing(browser, site, county)
  }
  const demo = async () => {
    const site = await begin('demo', /Jh-[0-9a-f]{12}/, '--demo')
    await roles(browser, site)
    await above(browser, site)
  }
  await Promise.all([own(), demo(), begin('city', /[0-9a-f]{64}/).then((site) => city(browser, site, second))])
} catch (error) {
  wrong.push(String(error.stack ?? error))
} finally {
  await browser?.close()
  for (const { child } of servers) child.kill()
  rmSync(folder, { recursive: true, force: true })
}
for (const what of wrong) console.error(`✕ ${what}`)
console.log(wrong.length ? `${wrong.length} wrong` : 'all journeys hold')
process.exit(wrong.length ? 1 : 0)
