import { lang } from './lang'
import { MISSING, plain } from './number'

/** Yuan, in ten thousands where there are that many: 882,472 is 88.2 万元. */
export function money(yuan: number | null | undefined): string {
  if (yuan === null || yuan === undefined) return MISSING
  if (lang.value === 'en') return Math.abs(yuan) >= 1e6 ? `¥${plain(yuan / 1e6, 2)} m` : `¥${plain(yuan, 0)}`
  return Math.abs(yuan) >= 1e4 ? `${plain(yuan / 1e4, 1)} 万元` : `${plain(yuan, 0)} 元`
}
