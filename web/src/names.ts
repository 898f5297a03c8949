// Short names and units of indicators, for charts and narrow columns; the full name stands in the title.

/** An indicator's name without what all of them share. */
export const short = (title: string) =>
  title
    .replace(/^(每百名学生拥有|生均)/, '')
    .replace(/\([^)]*\)/, '')
    .replace(/ per (100 )?students?$/, '')
    .replace(/ of county level or above$/, '')

/** The unit of an amount of an indicator: what stands before the slash of a ratio, else the things its title counts. */
export const unitOf = ({ unit, title }: { unit: string; title: string } = { unit: '', title: '' }) => {
  if (unit.startsWith('per ')) return title.toLowerCase().match(/teachers|classrooms|computers|books|people/)?.[0] ?? ''
  const amount = unit.split('/')[0] ?? ''
  return amount === '平方米' ? 'm²' : amount
}

/** A text in which signs that are not seen, or turn the line around, are written out. */
export const visible = (text: string) =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)

/** A text of at most so many Chinese characters' width. */
export function cut(text: string, most: number): string {
  let width = 0
  for (let n = 0; n < text.length; n++) {
    width += text.charCodeAt(n) < 0x2000 ? 0.55 : 1
    if (width > most) return `${text.slice(0, n - 1).trimEnd()}…`
  }
  return text
}
