// A site for a city, and every page of every role in both languages.

import { check, look, takeData, watched } from './browser.mjs'

const PASSWORD = 'Lan-tian-2025'

async function enter(page, base, login, password) {
  await page.goto(`${base}/`)
  await page.locator('input[autocomplete=username]').fill(login)
  await page.locator('input[type=password]').fill(password)
  await page.locator('form button.main').click()
}

/** A city is set up, makes a county and its administrator; the county imports and accepts; the city sees it. */
export async function city(browser, { base, secret: token }, county) {
  let refused = false
  const { context, page } = await watched(browser, base, {}, (said) => refused && /status of 409/.test(said))
  await page.goto(`${base}/`)
  await page.getByLabel('使用单位').selectOption('city')
  for (const [label, text] of [
    ['初始化口令', token], ['行政区划代码(六位)', '999900'], ['单位名称', '合成示例市'],
    ['姓名', '陈静'], ['用户名', 'chenjing'], ['密码(至少 10 个字符，含三类符号)', PASSWORD],
  ]) await page.getByLabel(label, { exact: true }).fill(text)
  await page.getByRole('button', { name: '完成' }).click()
  await page.getByText('还没有县(区)采用数据').waitFor()
  await page.getByRole('link', { name: '账号', exact: true }).click()
  await page.getByRole('link', { name: '机构', exact: true }).click()
  for (const [code, name] of [['999901', '合成示例县'], ['999902', '合成邻县']]) {
    await page.getByLabel('代码', { exact: true }).fill(code)
    await page.getByLabel('名称', { exact: true }).fill(name)
    await page.getByRole('button', { name: '新建' }).click()
    await page.getByRole('status').filter({ hasText: name }).waitFor()
  }
  await page.locator('.tabs').getByRole('link', { name: '账号', exact: true }).click()
  await page.getByLabel('用户名').fill('xianji')
  await page.getByLabel('姓名').fill('周红')
  await page.getByLabel('角色').selectOption('county')
  await page.getByLabel('单位').selectOption({ label: '合成示例县' })
  await page.getByLabel('初始密码(首次登录须修改)').fill(PASSWORD)
  await page.getByRole('button', { name: '新建' }).click()
  await page.getByRole('cell', { name: '周红' }).waitFor()

  const own = await watched(browser, base, {})
  await enter(own.page, base, 'xianji', PASSWORD)
  await own.page.getByLabel('原密码').fill(PASSWORD)
  await own.page.getByLabel('新密码').fill('Qing-xi-2026')
  await own.page.getByRole('button', { name: '修改' }).click()
  await own.page.getByRole('link', { name: '导入数据' }).click()
  await own.page.setInputFiles('input[type=file]', county)
  await takeData(own.page)
  await own.page.getByText('当前采用').waitFor()
  await own.context.close()

  await page.getByRole('link', { name: '各县(区)' }).click()
  await page.getByRole('link', { name: '合成示例县' }).waitFor()
  await look(page, 'counties')
  await page.getByRole('link', { name: '合成示例县' }).click()
  await page.locator('.cards .card').nth(4).waitFor()
  check((await page.locator('.cards .card').count()) === 5, 'the city reads a county')
  await page.getByRole('link', { name: '账号', exact: true }).click()
  await page.getByRole('link', { name: '机构', exact: true }).click()
  await page.locator('summary').filter({ hasText: '合成示例县' }).click()
  await page.locator('.tree .tree .tree summary').first().click()
  await page.locator('.tree .tree .tree .tree summary').first().click()
  await page.getByText('学段').first().waitFor()
  await look(page, 'orgs')
  // A school of the data in force is not removed; it is closed on a day, and opened again.
  await page.locator('.tree .tree .tree .tree').getByRole('button', { name: /^撤并：/ }).first().click()
  refused = true
  await page.getByRole('button', { name: '移除' }).click()
  await page.getByRole('alert').filter({ hasText: '没有移除' }).waitFor()
  refused = false
  await page.getByLabel('停办日期').fill('2026-08-31')
  await page.getByRole('button', { name: '登记停办' }).click()
  await page.getByText('2026-08-31 停办', { exact: true }).waitFor()
  await look(page, 'orgs-closed', [360, 1366])
  await page.locator('.tree .tree .tree .tree').getByRole('button', { name: /^撤并：/ }).first().click()
  await page.getByRole('button', { name: '恢复' }).click()
  await page.getByText('2026-08-31 停办', { exact: true }).waitFor({ state: 'detached' })
  await context.close()
}

/** Pages that tabs name, and no menu. */
const PLANS = ['/plans/rotation', '/plans/forecast', '/plans/zones', '/plans/layout', '/plans/chain', '/compare', '/fields', '/publish']
/** Who sees what others do not; each in these languages. Those who read the same pages share the languages. */
const PEOPLE = {
  county: ['zh', 'en'], planner: ['en'], inspector: ['zh'], city: ['en'], system: ['zh', 'en'], security: ['zh', 'en'],
  auditor: ['zh', 'en'], township: ['zh', 'en'], school1: ['zh', 'en'],
}
/** Words that stay Chinese in English: what the county itself wrote, and titles of laws. */
const OWN = 'td, option, .book, code, .top b, h1, .list, .formula, label .small, .foot, .legend, .tree, .notice, .words p, details, svg, .hovered, .card p, .on-paper, .identity'

/** The title that the demo's county gave its task. */
const TASK = '年度基础数据填报'

/** Every page that a menu leads to, for every role. */
export async function roles(browser, { base, secret: password }) {
  for (const [login, langs] of Object.entries(PEOPLE)) {
    const { context, page } = await watched(browser, base, {})
    await enter(page, base, login, password)
    await page.locator('nav a').first().waitFor()
    // The sign-in page has a switch of its own until the first page stands.
    await page.locator('main').getByRole('button', { name: 'English' }).waitFor({ state: 'detached' })
    for (const lang of langs) {
      if (lang === 'en') await page.getByRole('button', { name: 'English' }).click()
      const menu = await page.locator('header nav a').evaluateAll((all) => all.map((a) => a.getAttribute('href').split('?')[0]))
      const found = new Set([...menu, ...(menu.includes('/plans/path') ? PLANS : []), ...(menu.includes('/accounts') ? ['/orgs'] : []), '/own'])
      for (const path of found) {
        await page.goto(`${base}${path}`)
        await page.waitForLoadState('networkidle')
        await page.locator('main h1').first().waitFor()
        check((await page.locator('[role=alert]').count()) === 0, `${login} ${lang} ${path}: ${await page.locator('[role=alert]').allInnerTexts()}`)
        if (lang === 'en') {
          const left = await page.evaluate((own) => {
            const walk = document.createTreeWalker(document.querySelector('.shell'), NodeFilter.SHOW_TEXT)
            const texts = []
            while (walk.nextNode()) if (/[一-鿿]{2}/.test(walk.currentNode.data) && !walk.currentNode.parentElement.closest(own)) texts.push(walk.currentNode.data.trim())
            return texts
          }, OWN)
          check(left.every((text) => text === '中文' || text.startsWith(TASK)), `${login} en ${path}: Chinese: ${left.slice(0, 3).join(' | ')}`)
        }
        // A link on the page to one thing leads to a page of its own kind.
        for (const link of await page.locator('main a[href^="/school/"], main a[href^="/items/"], main a[href^="/indicators/"], main a[href^="/form/"], main a[href^="/filing/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
          const kind = link.split('/')[1]
          if (![...found].some((p) => p.startsWith(`/${kind}/`))) found.add(link)
        }
        await look(page, `${login} ${lang} ${path}`, undefined, false)
      }
    }
    await context.close()
  }
}

/** A site that has nothing above it gets a province there; the people who serve the site go up with it. */
export async function above(browser, { base, secret: password }) {
  const { context, page } = await watched(browser, base, {})
  await enter(page, base, 'security', password)
  await page.getByRole('link', { name: '机构', exact: true }).click()
  await page.getByText('新设上级单位').click()
  await page.getByLabel('上级单位层级').selectOption('province')
  await page.getByLabel('上级单位代码').fill('990000')
  await page.getByLabel('上级单位名称').fill('合成示例省')
  await look(page, 'above')
  await page.locator('details form').getByRole('button', { name: '新建' }).click()
  await page.getByRole('status').filter({ hasText: '合成示例省 已在最上级' }).waitFor()
  // Nothing lies above a province.
  await page.getByText('新设上级单位').waitFor({ state: 'detached' })
  check((await page.locator('.tree summary').first().innerText()).includes('合成示例省'), 'the province is on top')
  await page.locator('.tabs').getByRole('link', { name: '账号', exact: true }).click()
  await page.getByRole('row', { name: 'auditor' }).getByRole('cell', { name: '合成示例省' }).waitFor()
  await page.getByRole('row', { name: 'county' }).getByRole('cell', { name: '合成示例县' }).waitFor()
  await context.close()
}
