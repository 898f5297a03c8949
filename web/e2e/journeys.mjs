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

let server, browser
try {
  if (shots) mkdirSync(shots, { recursive: true })
  execFileSync(program, ['generate', 'county', '--schools', '60', '--seed', '1', '--flaws', '--out', join(folder, 'county')])
  const county = readdirSync(join(folder, 'county')).filter((n) => n.endsWith('.csv')).map((n) => join(folder, 'county', n))
  server = serve()
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
  await journeys(browser, await server.started, county)
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
