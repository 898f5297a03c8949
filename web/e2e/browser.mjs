// What every journey stands on: the program, a browser, and what must hold of a page.

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
export const program = process.env.JUNHENG ?? join(here, '../../target/release/junheng')
const at = process.argv.indexOf('--screenshots')
export const shots = at < 0 ? null : process.argv[at + 1]
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const update = process.argv.includes('--update')
/** Pages that hold no time and no chance: what a screen reader is told of them is kept. */
const TOLD = ['first-start', 'empty', 'reports', 'publish-empty', 'login-phone']
export const WIDTHS = [360, 390, 768, 1366, 1920]
export const wrong = []

export function check(good, what) {
  if (!good) wrong.push(what)
}

/** The program on a free port: its address, and what `secret` finds in what it says. */
export function serve(folder, secret, ...options) {
  const child = spawn(program, ['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--lang', 'zh', ...options])
  const started = new Promise((resolve, reject) => {
    let said = ''
    const hear = (text) => {
      said += text
      const address = said.match(/http:\/\/[\d.:]+/)
      const told = said.match(secret)
      if (address && told) resolve({ base: address[0], secret: told[0] })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', () => reject(new Error(`the server stopped: ${said}`)))
    setTimeout(() => reject(new Error(`the server did not start: ${said}`)), 60_000)
  })
  return { child, started }
}

/** Everything that must hold of a page as it stands now; a picture of it, where it is to be kept. */
export async function look(page, name, widths = WIDTHS, kept = true) {
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
  if (TOLD.includes(name)) {
    // An identifier is another one each time, and so is when a data set came.
    const told = `${(await page.locator('body').ariaSnapshot()).replace(/[0-9a-f]{32}/g, 'ID').replace(/\d\d-\d\d \d\d:\d\d · [0-9a-f]{4}/g, 'TIME')}\n`
    const file = join(here, 'aria', `${name}.yml`)
    if (update) writeFileSync(file, told)
    else check(existsSync(file) && readFileSync(file, 'utf8') === told, `${name}: a screen reader is told something else; see --update`)
  }
  if (shots && kept) await picture(page, name)
  console.log(`looked at ${name}`)
}

/** A picture for the documents: the upper part of the page, small enough to be kept with the code. */
async function picture(page, name) {
  const { width } = page.viewportSize()
  const open = await page.locator('dialog[open]').count()
  const tall = await page.evaluate(() => document.documentElement.scrollHeight)
  const clip = open ? undefined : { x: 0, y: 0, width, height: Math.min(tall, width < 600 ? 1500 : 1000) }
  await page.evaluate(() => {
    scrollTo(0, 0)
    // What sticks to the window would lie across a picture of the whole page.
    for (const e of document.querySelectorAll('*')) if (getComputedStyle(e).position === 'sticky') e.style.position = 'static'
  })
  const png = await page.screenshot({ clip, fullPage: !open })
  if (png.length < 150_000) return writeFileSync(join(shots, `${name}.png`), png)
  writeFileSync(join(shots, `${name}.jpg`), await page.screenshot({ clip, fullPage: !open, type: 'jpeg', quality: 64 }))
}

/** Accepts the newest data set, saying once more so where the page asks. */
export async function takeData(page) {
  await page.getByRole('button', { name: '采用这份数据' }).first().click()
  const still = page.getByRole('button', { name: '仍要采用' })
  await still.or(page.getByText('当前采用')).first().waitFor()
  if (await still.count()) await still.click()
}

/** A context whose pages are watched for what must never happen. */
export async function watched(browser, base, options, expected = () => false) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: 'zh-CN', reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(180_000)
  page.on('request', (r) => check(r.url().startsWith(base) || /^(data|blob):/.test(r.url()), `request to ${r.url()}`))
  page.on('console', (m) => check((m.type() !== 'error' && m.type() !== 'warning') || expected(m.text()), `console at ${page.url()}: ${m.text()}`))
  page.on('pageerror', (e) => check(false, `page error: ${e.message}`))
  return { context, page }
}

/** Kilobytes of script, compressed, that an address loads into an empty browser. */
export async function weigh(browser, base, cookies, path, most) {
  const { context, page } = await watched(browser, base, {})
  await context.addCookies(cookies)
  const bodies = []
  page.on('response', (r) => { if (r.url().endsWith('.js')) bodies.push(r.body()) })
  await page.goto(`${base}${path}`, { waitUntil: 'networkidle' })
  const kb = (await Promise.all(bodies)).reduce((sum, b) => sum + gzipSync(b).length, 0) / 1024
  check(kb <= most, `${path}: ${kb.toFixed(0)} KB of script, at most ${most}`)
  console.log(`${path}: ${kb.toFixed(0)} KB of script`)
  await context.close()
}

/** A headless browser that asks nobody anything by itself. */
export function launch() {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
}
