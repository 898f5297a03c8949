// The page in a real browser, over the built program and a temporary data folder.
// node e2e/journeys.mjs [--screenshots DIR]; JUNHENG and CHROMIUM name the two programs.
// Fails on a request to another host, a console error, an axe violation or a sideways scroll.

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
const program = process.env.JUNHENG ?? join(here, '../../target/release/junheng')
const at = process.argv.indexOf('--screenshots')
const shots = at < 0 ? null : process.argv[at + 1]
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WIDTHS = [360, 390, 768, 1366, 1920]
const folder = mkdtempSync(join(tmpdir(), 'junheng-e2e-'))
const wrong = []

function check(good, what) {
  if (!good) wrong.push(what)
}

/** The program on a free port: its address and the token of the first start. */
function serve() {
  const child = spawn(program, ['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--lang', 'zh'])
  const started = new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
      const address = said.match(/http:\/\/[\d.:]+/)
      const token = said.match(/[0-9a-f]{64}/)
      if (address && token) resolve({ base: address[0], token: token[0] })
    })
    child.on('exit', () => reject(new Error(`the server stopped: ${said}`)))
    setTimeout(() => reject(new Error(`the server did not start: ${said}`)), 60_000)
  })
  return { child, started }
}

/** Everything that must hold of a page as it stands now; a picture of it. */
async function look(page, name, widths = WIDTHS) {
  const size = page.viewportSize()
  for (const width of widths) {
    await page.setViewportSize({ width, height: size.height })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    check(over <= 0, `${name}: ${over} px too wide at ${width}`)
  }
  await page.setViewportSize(size)
  // Through the debugger, because the page's own policy allows no foreign script.
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  for (const v of violations) check(false, `${name}: axe ${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`)
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: !(await page.locator('dialog[open]').count()) })
  console.log(`looked at ${name}`)
}

async function journeys(browser, { base, token }, county) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: 'zh-CN', reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('request', (r) => check(r.url().startsWith(base) || /^(data|blob):/.test(r.url()), `request to ${r.url()}`))
  page.on('console', (m) => check(m.type() !== 'error' && m.type() !== 'warning', `console: ${m.text()}`))
  page.on('pageerror', (e) => check(false, `page error: ${e.message}`))

  // First start and administrator.
  await page.goto(`${base}/`)
  await page.getByRole('heading', { name: '首次启动' }).waitFor()
  await look(page, 'first-start')
  for (const [label, text] of [
    ['初始化口令', token], ['县(区)代码(六位)', '999999'], ['县(区)名称', '合成示例县'],
    ['姓名', '李华'], ['用户名', 'lihua'], ['密码(至少 10 个字符，含三类符号)', 'Lan-tian-2025'],
  ]) await page.getByLabel(label, { exact: true }).fill(text)
  await page.getByRole('button', { name: '完成' }).click()
  await page.getByRole('heading', { name: '还没有数据' }).waitFor()
  await look(page, 'empty')

  // Import, findings, accept.
  await page.getByRole('link', { name: '导入数据' }).click()
  await page.setInputFiles('input[type=file]', county)
  await page.getByRole('status').waitFor()
  await page.locator('table td .tag').first().waitFor()
  await look(page, 'data')
  await page.getByRole('button', { name: '采用这份数据' }).click()
  await page.getByText('已采用').waitFor()

  // Verdict, then why down to a cell, by the keyboard.
  await page.getByRole('link', { name: '县域总览' }).click()
  await page.locator('.banner h1').waitFor()
  check((await page.locator('.cards .card').count()) === 5, 'five cards')
  check((await page.locator('.chart circle').count()) > 50, 'a point per section')
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
  await look(page, 'school')
  await page.getByRole('link', { name: '指标与条目' }).click()
  await page.locator('td .tag').first().waitFor()
  await look(page, 'items')
  await page.getByRole('link', { name: '标准', exact: true }).click()
  await page.locator('td a').first().click()
  await page.locator('.book').waitFor()
  await look(page, 'standard')
  await page.getByRole('link', { name: '账号' }).click()
  await page.locator('tbody tr').first().waitFor()
  await look(page, 'accounts')

  // English: no Chinese but what the county itself wrote, and names of laws.
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.locator('.banner h1').waitFor()
  for (const place of ['nav', '.banner', '.cards', '.charts h2', 'thead']) {
    const text = (await page.locator(place).allInnerTexts()).join(' ')
    check(!/[一-鿿]/.test(text), `Chinese in the English ${place}: ${text}`)
  }
  await look(page, 'overview-english')

  // On a phone.
  await page.getByRole('button', { name: '中文' }).click()
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
  const enter = async (login, viewport = { width: 1366, height: 900 }) => {
    const context = await browser.newContext({ viewport, locale: 'zh-CN', reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('request', (r) => check(r.url().startsWith(base) || /^(data|blob):/.test(r.url()), `request to ${r.url()}`))
    page.on('console', (m) => check(m.type() !== 'error' && m.type() !== 'warning', `console: ${m.text()}`))
    page.on('pageerror', (e) => check(false, `page error: ${e.message}`))
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
  await bureau.getByLabel('学年').fill('2026-2027')
  await bureau.getByLabel('数据时点').fill('2026-09-01')
  await bureau.getByLabel('截止日期').fill('2099-09-20')
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
    await bureau.getByLabel('单位').selectOption({ label: organisation })
    await bureau.getByLabel('电话').fill('0571-1234567')
    await bureau.getByLabel('初始密码(首次登录须修改)').fill(password)
    await bureau.getByRole('button', { name: '新建' }).click()
    await bureau.locator('tbody').getByText(login, { exact: true }).first().waitFor()
  }
  await add('school1', 'school', schools[0][at.name])
  await add('school2', 'school', schools[1][at.name])
  await add('town', 'township', schools[0][at.township])
  await look(bureau, 'accounts-filing', [360, 1366])
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
    await page.getByRole('heading', { name: '填报任务' }).waitFor()
    await context.close()
  }
  for (const login of ['school1', 'school2', 'town']) await change(login)

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
      await page.getByRole('button', { name: '处须改正或说明' }).click()
      for (const box of await page.locator('.figures textarea').all()) if (!(await box.inputValue())) await box.fill('已与学籍核对')
      await page.waitForTimeout(900)
    }
    await page.getByRole('button', { name: '没有须处理的问题' }).waitFor()
  }
  const one = await enter('school1')
  await one.getByRole('heading', { name: '2026 年基础数据' }).waitFor()
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
  await one.getByRole('button', { name: '上报', exact: true }).click()
  await one.getByText('已上报').first().waitFor()
  await look(one, 'form-submitted', [360, 1366])

  const two = await enter('school2', { width: 390, height: 844 })
  await fill(two)
  await explain(two)
  await look(two, 'form-phone', [360, 390])
  await two.getByRole('button', { name: '上报', exact: true }).click()
  await two.getByText('已上报').first().waitFor()

  // The township gives one back and then passes it; the county accepts, corrects, and makes the data.
  const town = await enter('town')
  await town.getByRole('link', { name: '查看' }).click()
  await town.getByRole('link', { name: schools[0][at.name] }).click()
  await town.getByLabel('退回原因(学校会看到)').fill('学生数请再核对')
  await town.getByRole('button', { name: '退回' }).click()
  await town.getByText('已退回').first().waitFor()
  await one.reload()
  await one.getByText('学生数请再核对').waitFor()
  await one.getByRole('button', { name: '上报', exact: true }).click()
  await one.getByText('已上报').first().waitFor()
  await town.reload()
  await town.getByRole('button', { name: '审核通过' }).click()
  await town.getByText('乡镇已审').first().waitFor()
  await bureau.getByRole('link', { name: '填报', exact: true }).click()
  await bureau.getByRole('link', { name: '查看' }).click()
  await bureau.getByRole('button', { name: '提醒未报学校' }).click()
  await bureau.getByRole('status').waitFor()
  await look(bureau, 'filing-progress')
  await bureau.getByRole('link', { name: schools[0][at.name] }).click()
  await bureau.getByRole('button', { name: '采用并锁定' }).click()
  await bureau.getByText('已采用').first().waitFor()
  await bureau.getByLabel('更正项目').selectOption(students[0])
  await bureau.getByLabel('更正为').fill(String(Number(before) + 1))
  await bureau.getByLabel('更正原因').fill('学籍核对')
  await bureau.getByRole('button', { name: '更正' }).click()
  await bureau.locator('li s').waitFor()
  await look(bureau, 'form-corrected', [360, 1366])
  await bureau.getByRole('link', { name: '返回任务' }).click()
  await bureau.getByRole('button', { name: '先生成部分数据' }).click()
  await bureau.getByText('已生成新数据').waitFor()
  await bureau.getByRole('link', { name: '李华' }).click()
  await bureau.getByRole('button', { name: '启用' }).click()
  await bureau.locator('code').first().waitFor()
  await look(bureau, 'own', [360, 1366])
  for (const page of [bureau, one, two, town]) await page.context().close()
}

let server, browser
try {
  if (shots) mkdirSync(shots, { recursive: true })
  execFileSync(program, ['generate', 'county', '--schools', '60', '--seed', '1', '--flaws', '--out', join(folder, 'county')])
  const county = readdirSync(join(folder, 'county')).filter((n) => n.endsWith('.csv')).map((n) => join(folder, 'county', n))
  server = serve()
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
  await journeys(browser, await server.started, county)
  await filing(browser, await server.started, county)
} catch (error) {
  wrong.push(String(error.stack ?? error))
} finally {
  await browser?.close()
  server?.child.kill()
  rmSync(folder, { recursive: true, force: true })
}
for (const what of wrong) console.error(`✕ ${what}`)
console.log(wrong.length ? `${wrong.length} wrong` : 'all journeys hold')
process.exit(wrong.length ? 1 : 0)
