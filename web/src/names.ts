// Short names and units of indicators, for charts and narrow columns; the full name stands in the title.

/** An indicator's name without what all of them share. */
export const short = (title: string) =>
  title
    .replace(/^(每百名学生拥有|生均)/, '')
    .replace(/\([^)]*\)/, '')
    .replace(/ per (100 )?students?$/, '')
    .replace(/ of county level or above$/, '')

/** The unit of an amount of an indicator: what stands before the slash of a ratio, else the things its title counts. */
export const unitOf = ({ unit, title }: { unit: string; title: string } = { unit: '', title: '' }, amount = 0) => {
  if (unit.startsWith('per ')) {
    const things = title.toLowerCase().match(/teachers|classrooms|computers|books|people/)?.[0] ?? ''
    return Math.round(amount) === 1 ? things.replace('people', 'person').replace(/s$/, '') : things
  }
  const counted = unit.split('/')[0] ?? ''
  return counted === '平方米' ? 'm²' : counted
}

/** A text in which signs that are not seen, or turn the line around, are written out. */
export const visible = (text: string) =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)

/** The width of a letter, in Chinese characters. */
const width = (text: string, n: number) => (text.charCodeAt(n) < 0x2000 ? 0.52 : 1)

/** A text of at most so many Chinese characters' width. */
export function cut(text: string, most: number): string {
  let sum = 0
  for (let n = 0; n < text.length; n++) {
    sum += width(text, n)
    if (sum > most) return `${text.slice(0, n - 1).trimEnd()}…`
  }
  return text
}

/** A text in one line of such a width, or in two that are about as long as each other: words stay whole. */
export function lines(text: string, most: number): string[] {
  const wide = (part: string) => [...part].reduce((sum, _, n) => sum + width(part, n), 0)
  if (wide(text) <= most) return [text]
  const halves = [...text].flatMap((_, n) => (n && (text[n - 1] === ' ' || width(text, n - 1) === 1) ? [[text.slice(0, n).trimEnd(), text.slice(n)]] : []))
  const longer = (both: string[]) => Math.max(...both.map(wide))
  const best = halves.sort((a, b) => longer(a) - longer(b))[0] ?? [text]
  return best.map((part) => cut(part, most))
}
