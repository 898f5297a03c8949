// Of a long table a part is drawn, and more when asked: a browser stays quick with thousands of rows.
import { computed, reactive, ref, watch } from 'vue'

/** Rows of a part. */
const STEP = 200

export function useMore<T>(rows: () => T[]) {
  const most = ref(STEP)
  watch(rows, () => { most.value = STEP })
  const shown = computed(() => rows().slice(0, most.value))
  const left = computed(() => Math.max(0, rows().length - most.value))
  return reactive({ shown, left, more: () => { most.value += STEP }, all: () => { most.value = Infinity } })
}
