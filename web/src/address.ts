// What a page shows stands in its address: who reloads it, or is sent the link, sees the same.
import { nextTick, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Changes that the address does not hold yet: several at once are one. */
let waiting: Record<string, string | undefined> | null = null

/** A choice by its name in the address, which leaves out the usual one. */
export function inAddress(name: string, usual = ''): Ref<string> {
  const route = useRoute()
  const router = useRouter()
  const here = route.path
  const given = () => String(route.query[name] ?? usual)
  const value = ref(given())
  watch(() => route.query[name], () => { if (route.path === here) value.value = given() })
  watch(value, (now) => {
    if (route.path !== here || now === given()) return
    const first = !waiting
    waiting = { ...waiting, [name]: now === usual ? undefined : now }
    if (!first) return
    void nextTick(() => {
      const query = { ...route.query, ...waiting }
      waiting = null
      if (route.path === here) void router.replace({ query })
    })
  })
  return value
}
