import { expect, test } from 'vitest'
import { cut, lines, short, unitOf, visible } from './names'

test('names lose what all of them share', () => {
  expect(short('每百名学生拥有体育、艺术(美术、音乐)专任教师数')).toBe('体育、艺术专任教师数')
  expect(short('生均教学仪器设备值')).toBe('教学仪器设备值')
  expect(short('Equipment value per student')).toBe('Equipment value')
})

test('an amount has the unit before the slash', () => {
  const of = (unit: string, title = '') => unitOf({ unit, title })
  expect([of('人/百人'), of('平方米'), of('元'), of('yuan')]).toEqual(['人', 'm²', '元', 'yuan'])
  expect(of('per 100 students', 'Full-time PE and arts teachers per 100 students')).toBe('teachers')
  expect(unitOf({ unit: 'per 100 students', title: 'Networked multimedia classrooms per 100 students' }, 1)).toBe('classroom')
})

test('a name cannot turn the line around', () => {
  expect(visible('schools\u202evsc.exe.csv')).toBe('schools⟨U+202E⟩vsc.exe.csv')
})

test('long texts are cut by width', () => {
  expect(cut('网络多媒体教室数', 8)).toBe('网络多媒体教室数')
  expect(cut('网络多媒体教室数', 6)).toBe('网络多媒体…')
  expect(cut('Equipment value', 12)).toBe('Equipment value')
})

test('a name too long for one line stands in two', () => {
  expect(lines('网络多媒体教室数', 8)).toEqual(['网络多媒体教室数'])
  expect(lines('体育、艺术专任教师数', 8)).toEqual(['体育、艺术', '专任教师数'])
  expect(lines('Full-time PE and arts teachers', 12)).toEqual(['Full-time PE and', 'arts teachers'])
  expect(lines('Undividedverylongsingleword', 6)).toEqual(['Undividedv…'])
})
