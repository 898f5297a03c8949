// Blocks and the borders of zones, painted on a canvas of their own: what a stroke of the brush changes is
// painted anew only where it lies, so that 5,000 blocks follow the hand.
import type { Shapes } from './shape'

/** Pale, never those of a status, and none grey: that is what nobody serves. */
const PALE = ['#cfe0f1', '#d5e8d8', '#f6e4bd', '#e6d5e8', '#f3cfe0', '#f3d6c8', '#cfe6e6', '#e5e3c6']
const NOBODY = '#eceff2'
/** Pixels by which lines reach over the blocks they are drawn around. */
const MARGIN = 4

export interface View { scale: number; x: number; y: number }

export interface Look {
  shape: Shapes
  owner: Int32Array
  colours: number[]
  /** The zone whose border is strong. */
  chosen: number
  /** Blocks that stand out; the others are faint. */
  faint: Set<number> | undefined
  view: View
  width: number
  height: number
  ratio: number
}

type Box = [west: number, north: number, east: number, south: number]

export class Ground {
  readonly canvas = document.createElement('canvas')
  private last: Look | null = null

  /** Brings the canvas up to date. */
  paint(look: Look) {
    const { last, canvas } = this
    const [width, height] = [Math.round(look.width * look.ratio), Math.round(look.height * look.ratio)]
    const same = last && last.shape === look.shape && last.colours === look.colours && last.chosen === look.chosen && last.faint === look.faint &&
      last.view.scale === look.view.scale && last.view.x === look.view.x && last.view.y === look.view.y && canvas.width === width && canvas.height === height
    const box = same ? changed(look.shape, last.owner, look.owner) : null
    if (same && !box) return
    if (!same) [canvas.width, canvas.height] = [width, height]
    this.last = { ...look, owner: look.owner.slice(), view: { ...look.view } }
    const pen = canvas.getContext('2d')
    if (!pen) return
    const { ratio, view } = look
    pen.save()
    pen.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y)
    const margin = MARGIN / view.scale
    const part: Box | null = box && [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin]
    if (part) {
      pen.beginPath()
      pen.rect(part[0], part[1], part[2] - part[0], part[3] - part[1])
      pen.clip()
      pen.clearRect(part[0], part[1], part[2] - part[0], part[3] - part[1])
    }
    fill(pen, look, part)
    lines(pen, look, part)
    pen.restore()
  }
}

/** What lies around the blocks whose zone is another one. */
function changed({ boxes }: Shapes, before: Int32Array, after: Int32Array): Box | null {
  let box: Box | null = null
  for (let n = 0; n < after.length; n++) {
    if (before[n] === after[n]) continue
    const [w, s, e, t] = [boxes[n * 4] as number, boxes[n * 4 + 1] as number, boxes[n * 4 + 2] as number, boxes[n * 4 + 3] as number]
    box = box ? [Math.min(box[0], w), Math.min(box[1], s), Math.max(box[2], e), Math.max(box[3], t)] : [w, s, e, t]
  }
  return box
}

/** Blocks of one colour are one path: many small paths take longer than a large one. */
function fill(pen: CanvasRenderingContext2D, { shape, owner, colours, faint }: Look, part: Box | null) {
  const { boxes, paths } = shape
  const fills = new Map<string, Path2D>()
  paths.forEach((path, n) => {
    if (part && ((boxes[n * 4] as number) > part[2] || (boxes[n * 4 + 2] as number) < part[0] || (boxes[n * 4 + 1] as number) > part[3] || (boxes[n * 4 + 3] as number) < part[1])) return
    const school = owner[n] ?? -1
    const colour = school < 0 ? NOBODY : (PALE[(colours[school] ?? 0) % PALE.length] as string)
    const key = faint && !faint.has(n) ? `${colour}73` : colour
    let all = fills.get(key)
    if (!all) fills.set(key, (all = new Path2D()))
    all.addPath(path)
  })
  for (const [colour, all] of fills) {
    pen.fillStyle = colour
    pen.fill(all, 'evenodd')
  }
}

function lines(pen: CanvasRenderingContext2D, { shape, owner, chosen, view }: Look, part: Box | null) {
  const [within, borders, strong] = [new Path2D(), new Path2D(), new Path2D()]
  for (const e of shape.edges) {
    if (part && ((e.from[0] > part[2] && e.to[0] > part[2]) || (e.from[0] < part[0] && e.to[0] < part[0]) || (e.from[1] > part[3] && e.to[1] > part[3]) || (e.from[1] < part[1] && e.to[1] < part[1]))) continue
    const [a, b] = [owner[e.a] ?? -1, e.b < 0 ? -2 : (owner[e.b] ?? -1)]
    const path = a === b ? within : chosen >= 0 && (a === chosen || b === chosen) ? strong : borders
    path.moveTo(...e.from)
    path.lineTo(...e.to)
  }
  for (const [path, colour, width] of [[within, '#ffffff', 0.8], [borders, '#51606f', 1.3], [strong, '#163c6f', 3]] as const) {
    pen.strokeStyle = colour
    pen.lineWidth = width / view.scale
    pen.stroke(path)
  }
}
