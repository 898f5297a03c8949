// What every page looks at: a data set, judged by a standard. The address carries both.
import { computed, ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { evaluation, session, snapshots } from './api'
import { lang, t } from './lang'
import { moment } from './number'
import { reads } from './roles'
import type { Chosen, Evaluation, Job, Snapshot } from './types'

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

/** The county's own figures that it accepted last, never a plan's: they are in force. */
export const inForce = (list: Snapshot[], county?: string) =>
  list.filter((s) => s.accepted_at !== null && !s.parent_id && (!county || s.org_id === county)).sort((a, b) => (b.accepted_at ?? 0) - (a.accepted_at ?? 0))[0] ?? null

/** What the page shows where the address names nothing: what the county accepted last, else the newest. */
export const usual = (list: Snapshot[]) => inForce(list) ?? list.find((s) => !s.parent_id) ?? list[0] ?? null

/** The plan that a data set was made by, if it is one. */
export const stepOf = (s: Snapshot | null | undefined): { command: string; options: Record<string, unknown>; job?: string } | null =>
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
    const choices = texts(route.query.set)
    const by = standard || overlays.length || !usually.value ? { standard: standard ?? null, overlays, choices: [] } : usually.value
    return choices.length ? { ...by, choices } : by
  })
  const usually = computed(() => chosen.value[snapshot.value?.org_id ?? ''])
  const asked = computed(() => ['standard', 'overlay', 'set'].some((name) => texts(route.query[name]).length))
  const standard = computed(() => own.value.standard ?? '')
  const overlays = computed(() => own.value.overlays)
  const choices = computed(() => own.value.choices)
  const id = computed(() => snapshot.value?.id ?? '')
  const options = computed(() => ({
    ...(standard.value ? { standard: standard.value } : {}),
    ...(overlays.value.length ? { overlay: overlays.value } : {}),
    ...(choices.value.length ? { set: choices.value } : {}),
  }))
  const load = async () => {
    error.value = ''
    try {
      if (reads(session.state?.account?.roles ?? [])) {
        if (!all.value.length) await reload()
        // Somebody else may have accepted other data meanwhile.
        else if (!loaded.value) void reload().catch(() => {})
        if (judge && id.value) result.value = await evaluation(id.value, options.value)
      }
    } catch (problem) {
      error.value = (problem as Error).message
      result.value = null
    }
    loaded.value = true
  }
  watch([id, options, lang], ([, , now], [, , before]) => {
    // Titles and reasons are the server's words in the chosen language.
    if (judge && before && before !== now) loaded.value = false
    return load()
  }, { immediate: true })
  /** Whether a plan was judged by what the page judges by. */
  const alike = (given: Job['options']) =>
    String(given.standard ?? '') === standard.value && String(given.overlay ?? '') === overlays.value.join() && String(given.set ?? '') === choices.value.join()
  return { all, snapshot, alike, id, standard, overlays, choices, usually, asked, options, result, error, loaded }
}

const names: Record<string, keyof typeof t.value.made> = {
  'plan path': 'path', 'plan rotation': 'rotation', 'plan zones': 'zones', zones: 'drawn', 'plan layout': 'layout',
}
/** How a data set came about: imported, or by which plan or forecast. */
export const madeBy = (s: Snapshot) => {
  const step = stepOf(s)
  // Zones that an offer of the optimiser went into are kept as they were drawn.
  if (step?.command === 'forecast') return t.value.forecast.of(String(step.options['target-year'] ?? ''), t.value.forecast.whose[String(step.options.students)] ?? '')
  return step ? t.value.made[step.command === 'zones' && step.job ? 'zones' : (names[step.command] ?? 'path')] : t.value.made.imported
}

/** A data set's own name: what its plan is called stands beside it. */
export const nameOf = (s: Snapshot) => (s.parent_id ? s.title.replaceAll(` · ${madeBy(s)}`, '') : s.title)

/** A data set among others: of those with one name also when it came about, and a mark of its own. */
export function label(s: Snapshot, among: Snapshot[] = all.value): string {
  const twin = among.some((x) => x.id !== s.id && x.title === s.title)
  return [nameOf(s), ...(s.parent_id ? [madeBy(s)] : []), ...(twin ? [moment(s.created_at), s.id.slice(0, 4)] : [])].join(' · ')
}
