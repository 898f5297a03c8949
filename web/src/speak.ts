// Options of commands as the page's own fields; apart from the page's language, so that it can be tried alone.
import type { Words } from './locales/zh'

/** A text that names options of the planners, with what these are called on a page. */
export function speak({ options, values }: Words, text: string): string {
  const named = text
    .replace(/--([a-z]+(?:-[a-z]+)*)/g, (_, name: string) => options[name] ?? name)
    // A refused value names its option without the dashes.
    .replace(/^(参数 |option )?([a-z]+(?:-[a-z]+)*)(?= 的|: | is | cannot )/, (all, _, name: string) => options[name] ?? all)
  return text.includes('--contiguity') ? named.replace(/(?<![a-z-])(?:not-worse|adjacency|off)(?![a-z-])/g, (value) => values[value] ?? value) : named
}
