// What every page looks at: a data set, judged by a standard. The address carries both.
import { computed, ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { evaluation, session, snapshots } from './api'
import { lang, t } from './lang'
import { reads } from './roles'
import type { Chosen, Evaluation, Snapshot } from './types'

/** All data sets, the newest first. */
export const all = ref<Snapshot[]>([])
/** By what each county chose to be judged. */
const chosen = ref<Record<string, Chosen>>({})

export async function reload(): Promise<Snapshot[]> {
  const told = await snapshots()
  chosen.value = told.chosen
  all.value = told.snapshots
  return all.value
}

/** What the page shows where the address names nothing: what the county accepted last, else the newest. */
export const usual = (list: Snapshot[]) => list.find((s) => s.accepted_at !== null) ?? list.find((s) => !s.parent_id) ?? list[0] ?? null

/** The plan that a data set was made by, if it is one. */
export const stepOf = (s: Snapshot | null | undefined): { command: string; options: Record<string, unknown> } | null =>
  s?.step ? JSON.parse(s.step) : null

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((v): v is string => typeof v === 'string' && v !== '')

/** The data set, the standard and the evaluation that the address asks for. */
export function useCounty(judge = true) {
  const route = useRoute()
  const result = ref<Evaluation | null>(null)
  const error = ref('')
  const loaded = ref(false)
  const snapshot = computed(() => all.value.find((s) => s.id === route.query.data) ?? usual(all.value))
  // Where the address names nothing, what the county chose.
  const own = computed<Chosen>(() => {
    const [standard] = texts(route.query.standard)
    const overlays = texts(route.query.overlay)
    const usual = chosen.value[snapshot.value?.org_id ?? '']
    return standard || overlays.length || !usual ? { standard: standard ?? null, overlays } : usual
  })
  const asked = computed(() => texts(route.query.standard).length + texts(route.query.overlay).length > 0)
  const standard = computed(() => own.value.standard ?? '')
  const overlays = computed(() => own.value.overlays)
  const id = computed(() => snapshot.value?.id ?? '')
  const options = computed(() => ({
    ...(standard.value ? { standard: standard.value } : {}),
    ...(overlays.value.length ? { overlay: overlays.value } : {}),
  }))
  const load = async () => {
    error.value = ''
    try {
      if (reads(session.state?.account?.roles ?? [])) {
        if (!all.value.length) await reload()
        if (judge && id.value) result.value = await evaluation(id.value, options.value)
      }
    } catch (problem) {
      error.value = (problem as Error).message
      result.value = null
    }
    loaded.value = true
  }
  watch([id, options], load, { immediate: true })
  return { all, snapshot, id, standard, overlays, asked, options, result, error, loaded }
}

const names: Record<string, keyof typeof t.value.made> = {
  'plan path': 'path', 'plan rotation': 'rotation', 'plan zones': 'zones', zones: 'drawn', 'plan layout': 'layout',
}
/** How a data set came about: imported, or by which plan. */
export const madeBy = (s: Snapshot) => {
  const step = stepOf(s)
  return step ? t.value.made[names[step.command] ?? 'path'] : t.value.made.imported
}

export const inEnglish = computed(() => lang.value === 'en')
