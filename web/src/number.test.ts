import { describe, expect, it } from 'vitest'
import { count, figure, limit, number, percent, written } from './number'

describe('numbers', () => {
  it('never contradict their verdict', () => {
    expect(number(0.501787, 0.5, 3)).toBe('0.502')
    expect(number(0.50004, 0.5, 3)).toBe('0.50004')
    expect(number(0.5, 0.5, 3)).toBe('0.500')
    expect(number(7.4999, 7.5)).toBe('7.4999')
    expect(number(7.494, 7.5)).toBe('7.49')
  })
  it('are shares, counts or ratios', () => {
    expect(figure(0.17647, 0.2, '骨干教师占交流轮岗教师')).toBe('17.6%')
    expect(figure(0.9137931, 1, 'R1 所有学校(学段)资源配置达标')).toBe('91.4%')
    expect(figure(1, 0, 'E4 优质均衡差异系数小学不高于0.50')).toBe('1')
    expect(figure(0, 0, 'Q4 各校教师培训经费不低于年度公用经费预算的5%')).toBe('0')
    expect(figure(0.112, 0.15, '质量监测校际差异率(语文)')).toBe('0.11')
    expect(figure(0.9304, 0.9, '每百名学生拥有体育、艺术专任教师数')).toBe('0.93')
    expect(figure(2, 1, 'L2 每百名学生拥有县级以上骨干教师数')).toBe('2.00')
    expect(figure(9098, 8000, '特殊教育学校生均公用经费不低于8000元')).toBe('9,098')
    expect([written(5903.8), written(0.5), written(1612)]).toEqual(['5,903.8', '0.50', '1,612'])
  })
  it('say what is missing and keep the sign', () => {
    expect(number(null)).toBe('–')
    expect(number(-1.25)).toBe('−1.25')
    expect(count(12345)).toBe('12,345')
    expect(limit(0.45)).toBe('0.45')
    expect(limit(2000)).toBe('2,000')
    expect(percent(0.8504, 0.85)).toBe('85.04%')
  })
})
