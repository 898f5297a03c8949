// What the program advises names options of its commands; on a page these are its own fields.
import { t } from './lang'
import { speak } from './speak'

/** The program's words with the names that things have on the page. */
export const spoken = (text: string) => speak(t.value, text)
