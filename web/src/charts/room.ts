// How much room a chart has, in units in which its words are as large as the page's: a chart is drawn for its
// place, not blown up or shrunk into it.
import { onMounted, onUnmounted, ref, useTemplateRef } from 'vue'

/** Of the root's letters, where a chart's units are pixels. */
const LETTER = 15
const LEAST = 260

/** Of the chart whose drawing is called `place` in its template. */
export function useRoom(usual: number) {
  const place = useTemplateRef<SVGElement>('place')
  const room = ref(usual)
  const measure = () => {
    const width = place.value?.getBoundingClientRect().width ?? 0
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize) || LETTER
    if (width) room.value = Math.max(LEAST, Math.round((width * LETTER) / letter))
  }
  let seen: ResizeObserver | null = null
  onMounted(() => {
    measure()
    seen = new ResizeObserver(measure)
    if (place.value) seen.observe(place.value)
  })
  onUnmounted(() => seen?.disconnect())
  return { room }
}

/** Room for the names before a chart's rows, and how many Chinese characters they may have. */
export const names = (room: number, most: number) => {
  const left = Math.round(Math.min(most, Math.max(118, room * 0.38)))
  return { left, most: (left - 14) / 13 }
}
