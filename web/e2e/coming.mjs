// A coming year as a step of the chain: forecast, planned on, and planned on again when the forecast changes.

import { check, look } from './browser.mjs'

/** The county of a school year, taken as a data set; its part of the chain. */
async function forecast(page, year, students, name) {
  await page.getByRole('link', { name: '学龄人口' }).click()
  await page.locator('svg.chart').waitFor()
  await page.getByRole('combobox', { name: '学年', exact: true }).selectOption(year)
  await page.getByRole('combobox', { name: '学生数', exact: true }).selectOption(students)
  await page.getByRole('button', { name: '生成那一年的全县' }).click()
  await page.getByText(`${year} 学年的全县已生成`).waitFor()
  if (name) await look(page, name)
  await page.getByRole('button', { name: '采用方案' }).click()
  await page.locator('.chain li.shown').waitFor()
  return page.locator('.chain li.shown')
}

/** Forecast, then a layout for it; another forecast, and the layout again on that. */
export async function coming(page, base) {
  await page.goto(`${base}/plans/chain`)
  await page.locator('.chain li').first().getByRole('link', { name: '查看' }).click()
  await page.locator('.banner h1').waitFor()
  await page.getByRole('link', { name: '规划', exact: true }).click()
  const before = new URL(page.url()).searchParams.get('data')
  const high = await forecast(page, '2028', 'p90', 'forecast')
  check((await high.locator('.tag.plan').innerText()) === '2028 学年预测(偏高)', 'the chain says what was forecast')
  await high.getByRole('link', { name: '查看' }).click()
  await page.locator('.banner h1').waitFor()
  await page.locator('.notice').filter({ hasText: '不是现状' }).filter({ hasText: '→ 2028 学年预测(偏高)' }).waitFor()
  check((await page.locator('.foot').last().innerText()).includes('2028-09-01'), 'the county is one of 2028')
  await look(page, 'coming-overview', [360, 1366], false)

  await page.getByRole('link', { name: '规划', exact: true }).click()
  await page.getByRole('link', { name: '布局' }).click()
  await page.locator('canvas').waitFor()
  await page.getByRole('button', { name: '计算', exact: true }).click()
  await page.locator('.scenario').waitFor()
  await page.getByRole('button', { name: '采用方案' }).click()
  await page.locator('.chain li.shown').filter({ hasText: '布局方案' }).waitFor()

  // The forecast is another one: the layout is made again on it, and the first of both stays.
  await page.goto(`${base}/plans/forecast?data=${before}`)
  await forecast(page, '2030', 'mean')
  const layout = page.locator('.chain li').filter({ has: page.locator('.tag.plan', { hasText: '布局方案' }) }).last()
  const onto = layout.getByRole('combobox')
  await onto.selectOption(await onto.locator('option', { hasText: '2030 学年预测(平均)' }).first().getAttribute('value'))
  await layout.getByRole('button', { name: '连同后续重做' }).click()
  await page.locator('.chain li b', { hasText: '↻' }).waitFor()
  await look(page, 'coming-chain', undefined, false)
  // What made it is found again.
  await page.locator('.chain li').filter({ has: page.locator('.tag.plan', { hasText: '2030 学年预测(平均)' }) }).first().getByRole('link', { name: '看方案' }).click()
  await page.getByText('2030 学年的全县已生成').waitFor()
  check((await page.getByRole('combobox', { name: '学年', exact: true }).inputValue()) === '2030', 'the forecast is found again')
}
