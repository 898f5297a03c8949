// A form for each status, so that none is told by its colour alone: ● met, ▲ tolerated, ✕ not met, – open.
import type { Verdict } from '../types'

/** The outline of a status around a point; `size` is half its width. */
export function mark(verdict: Verdict, x: number, y: number, size = 5): string {
  const [s, w] = [size, size / 3]
  switch (verdict) {
    case 'not_met':
      return `M${x} ${y - w}l${s - w} ${w - s}l${w} ${w}l${w - s} ${s - w}l${s - w} ${s - w}l${-w} ${w}l${w - s} ${w - s}l${w - s} ${s - w}l${-w} ${-w}l${s - w} ${w - s}l${w - s} ${w - s}l${w} ${-w}z`
    case 'tolerated':
      return `M${x} ${y - s}l${s} ${s * 1.8}h${-2 * s}z`
    case 'undetermined':
      return `M${x - s} ${y - w}h${2 * s}v${2 * w}h${-2 * s}z`
    default:
      return `M${x - s * 0.8} ${y}a${s * 0.8} ${s * 0.8} 0 1 0 ${s * 1.6} 0a${s * 0.8} ${s * 0.8} 0 1 0 ${-s * 1.6} 0z`
  }
}
