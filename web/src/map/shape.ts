// Blocks as shapes on a plane: where they are, which one a point is in, which edges divide zones.
import type { Point, ZoneMap } from '../types'

export interface Shapes {
  paths: Path2D[]
  /** West, south, east, north of each block. */
  boxes: Float64Array
  edges: { a: number; b: number; from: Point; to: Point }[]
  /** West, north, width, height of all. */
  frame: [number, number, number, number]
  at: (x: number, y: number) => number
  spot: (p: Point) => Point
  /** Metres of one unit of the plane. */
  metres: number
}

const DEGREE = 111_195

/** The plane: degrees of latitude, north up the screen. */
export function shapes(map: ZoneMap): Shapes {
  const points = map.blocks.flatMap((b) => b.area.flat())
  const all = points.length ? points : map.blocks.flatMap((b) => (b.point ? [b.point] : []))
  const middle = all.length ? all.reduce((sum, p) => sum + p[1], 0) / all.length : 30
  const cos = Math.cos((middle * Math.PI) / 180)
  const spot = ([lon, lat]: Point): Point => [lon * cos, -lat]
  const rings = map.blocks.map((b) => b.area.map((ring) => ring.map(spot)))
  const boxes = new Float64Array(rings.length * 4)
  const edges = new Map<string, Shapes['edges'][number]>()
  const paths = rings.map((block, n) => {
    const path = new Path2D()
    const box = [Infinity, Infinity, -Infinity, -Infinity]
    block.forEach((ring, r) => {
      ring.forEach(([x, y], k) => {
        if (k) path.lineTo(x, y)
        else path.moveTo(x, y)
        box[0] = Math.min(box[0] as number, x)
        box[1] = Math.min(box[1] as number, y)
        box[2] = Math.max(box[2] as number, x)
        box[3] = Math.max(box[3] as number, y)
        const m = (k + 1) % ring.length
        const names = [b_(map, n, r, k), b_(map, n, r, m)].sort()
        const known = edges.get(names.join())
        if (known) known.b = n
        else edges.set(names.join(), { a: n, b: -1, from: [x, y], to: ring[m] as Point })
      })
      path.closePath()
    })
    boxes.set(box, n * 4)
    return path
  })
  const spots = all.map(spot)
  const low = (k: 0 | 1) => spots.reduce((m, p) => Math.min(m, p[k]), Infinity)
  const high = (k: 0 | 1) => spots.reduce((m, p) => Math.max(m, p[k]), -Infinity)
  const frame: Shapes['frame'] = spots.length ? [low(0), low(1), high(0) - low(0) || 1e-3, high(1) - low(1) || 1e-3] : [0, 0, 1, 1]
  const at = (x: number, y: number) => {
    for (let n = 0; n < rings.length; n++) {
      if (x < (boxes[n * 4] as number) || y < (boxes[n * 4 + 1] as number) || x > (boxes[n * 4 + 2] as number) || y > (boxes[n * 4 + 3] as number)) continue
      if (rings[n]?.reduce((inside, ring) => inside !== within(ring, x, y), false)) return n
    }
    return -1
  }
  return { paths, boxes, edges: [...edges.values()], frame, at, spot, metres: DEGREE }
}

/** A vertex's name: neighbours give the same to six digits. */
const b_ = (map: ZoneMap, n: number, r: number, k: number) => (map.blocks[n]?.area[r]?.[k] ?? []).map((x) => x.toFixed(6)).join(' ')

/** Whether a point lies within a ring. */
export function within(ring: Point[], x: number, y: number): boolean {
  let inside = false
  for (let n = 0, m = ring.length - 1; n < ring.length; m = n++) {
    const [ax, ay] = ring[n] as Point
    const [bx, by] = ring[m] as Point
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}
