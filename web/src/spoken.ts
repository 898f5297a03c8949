// What the program advises names commands and options; on a page these are its own fields and pages.
import { t } from './lang'

/** The program's words with the names that things have on the page. */
export const spoken = (text: string) =>
  text.replace(/`?junheng fields`?/g, `“${t.value.data.fieldsTitle}”`).replace(/--([a-z]+(?:-[a-z]+)*)/g, (option, name: string) => t.value.options[name] ?? `${t.value.onCommandLine} ${option}`)
