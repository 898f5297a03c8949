// The only place where numbers become text. A displayed number never contradicts its verdict.

export const MISSING = '–'

/** One for each number of digits: making them is what takes long. */
const formats: Intl.NumberFormat[] = []

/** A number with so many digits. */
export const plain = (value: number, digits: number) => {
  formats[digits] ??= new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return formats[digits].format(value).replace('-', '−')
}

/** Digits after the point for a value of this size. */
const usual = (value: number) => (Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2)

/** A value with so many digits that it shows on the same side of its limit as it stands. */
export function number(value: number | null | undefined, limit?: number | null, digits?: number): string {
  if (value === null || value === undefined) return MISSING
  const first = digits ?? usual(value)
  for (let n = first; n <= 6; n++) {
    const shown = Number(value.toFixed(n))
    if (limit === null || limit === undefined || value === limit || shown !== limit) return plain(value, n)
  }
  return plain(value, 6)
}

/** A limit as it stands in the standard. */
export function limit(value: number | null | undefined): string {
  return value === null || value === undefined ? MISSING : plain(value, (String(value).split('.')[1] ?? '').length)
}

/** A count. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? MISSING : plain(value, 0)
}

/** A way: metres below a kilometre, else kilometres. */
export function metres(m: number | null | undefined): string {
  if (m === null || m === undefined) return MISSING
  return Math.round(m) >= 1000 ? `${plain(m / 1000, 1)} km` : `${plain(m, 0)} m`
}

/** A share of 1 as percent. */
export function percent(value: number | null | undefined, of?: number | null): string {
  if (value === null || value === undefined) return MISSING
  return `${number(value * 100, of === null || of === undefined ? of : of * 100, 1)}%`
}

/** Ratios and coefficients, which are neither shares nor counts though their limits may look like it. */
const RATIO = /差异|每百名|生均|coefficient|difference|per (100 )?student/i

/** A figure of an item: a share as percent, what is counted without decimals. The documents name no unit, so the
 *  figure, its limit and its title tell which it is. */
export function figure(value: number | null | undefined, of: number | null | undefined, title: string): string {
  if (RATIO.test(title) && !Number.isInteger(of)) return number(value, of)
  if (of != null && of > 0 && of <= 1 && !RATIO.test(title)) return percent(value, of)
  return [value, of].every((x) => x == null || Number.isInteger(x)) && !/每百名|生均|per (100 )?student/i.test(title) ? count(value) : number(value, of)
}

/** A figure as it stands in a cell, to two digits. */
export const written = (value: number) => (Math.abs(value) < 100 && !Number.isInteger(value) ? number(value) : limit(Number(value.toFixed(2))))

/** A time in the county's own clock. */
export function time(millis: number, lang: string): string {
  return new Date(millis).toLocaleString(lang === 'en' ? 'en-GB' : 'zh-CN', { dateStyle: 'medium', timeStyle: 'short' })
}

/** A time within the year, as short as it can be: 11-23 08:10. */
export function moment(millis: number): string {
  const at = new Date(millis)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}

/** The school year that begins in a year: 2026–2027. */
export const schoolYear = (begins: number) => `${begins}–${begins + 1}`

/** A day in the county's own clock. */
export const day = (millis: number, lang: string) =>
  new Date(millis).toLocaleDateString(lang === 'en' ? 'en-GB' : 'zh-CN', { dateStyle: 'medium' })
