// What the planners advise names options of the command line; on a page these are its own fields.
import { t } from './lang'

/** A planner's words with the names that the options have on the page. */
export const spoken = (text: string) =>
  text.replace(/--([a-z]+(?:-[a-z]+)*)/g, (option, name: string) => t.value.options[name] ?? `${t.value.onCommandLine} ${option}`)
