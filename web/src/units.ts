// Units of fields, which the server names in Chinese.
import { lang } from './lang'

const UNITS: Record<string, string> = {
  个: '', 人: 'people', 份: 'copies', 元: 'yuan', '元/年': 'yuan a year', '元/生': 'yuan per student', 册: 'books', 台: 'machines', 套: 'sets', 学时: 'hours', 课时: 'lessons',
  平方米: 'm²', 年: 'year', 度: '°', 米: 'm', 级: 'grade', 间: 'rooms',
}

/** A unit in the language of the page. */
export const inWords = (unit: string) => (lang.value === 'en' ? (UNITS[unit] ?? unit) : unit)
