import { createRouter, createWebHistory } from 'vue-router'
import { refresh, session } from './api'
import { above, reads } from './roles'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'overview', component: () => import('./pages/Overview.vue') },
    { path: '/mine', name: 'mine', component: () => import('./pages/Mine.vue') },
    { path: '/school/:school', name: 'school', component: () => import('./pages/School.vue') },
    { path: '/schools', name: 'schools', component: () => import('./pages/Schools.vue') },
    { path: '/plans', redirect: '/plans/path' },
    { path: '/plans/path', component: () => import('./pages/plans/Path.vue') },
    { path: '/plans/rotation', component: () => import('./pages/plans/Rotation.vue') },
    { path: '/plans/forecast', component: () => import('./pages/plans/Forecast.vue') },
    { path: '/plans/zones', component: () => import('./pages/plans/Zones.vue') },
    { path: '/plans/layout', component: () => import('./pages/plans/Layout.vue') },
    { path: '/plans/chain', component: () => import('./pages/plans/Chain.vue') },
    { path: '/compare', name: 'compare', component: () => import('./pages/Compare.vue') },
    { path: '/reports', component: () => import('./pages/Reports.vue') },
    { path: '/publish', component: () => import('./pages/Publishing.vue') },
    { path: '/items/:item', name: 'item', component: () => import('./pages/Item.vue') },
    { path: '/indicators/:indicator', name: 'indicator', component: () => import('./pages/Indicator.vue') },
    { path: '/items', name: 'items', component: () => import('./pages/Items.vue') },
    { path: '/fields', name: 'fields', component: () => import('./pages/Fields.vue') },
    { path: '/data', name: 'data', component: () => import('./pages/Data.vue') },
    { path: '/standards/:id?', name: 'standards', component: () => import('./pages/Standards.vue') },
    { path: '/filing', name: 'filing', component: () => import('./pages/filing/Tasks.vue') },
    { path: '/filing/:task', name: 'task', component: () => import('./pages/filing/Task.vue') },
    { path: '/form/:filing', name: 'form', component: () => import('./pages/filing/Form.vue') },
    { path: '/accounts', name: 'accounts', component: () => import('./pages/Accounts.vue') },
    { path: '/orgs', name: 'orgs', component: () => import('./pages/Orgs.vue') },
    { path: '/counties', name: 'counties', component: () => import('./pages/Counties.vue') },
    { path: '/audit', name: 'audit', component: () => import('./pages/Audit.vue') },
    { path: '/system', name: 'system', component: () => import('./pages/System.vue') },
    { path: '/own', name: 'own', component: () => import('./pages/Own.vue') },
    { path: '/enter', name: 'enter', component: () => import('./pages/Enter.vue') },
    { path: '/:rest(.*)', redirect: '/' },
  ],
})

/** Where people begin who have no county to look at. */
const START = [['school', 'mine'], ['township', 'filing'], ['security', 'accounts'], ['auditor', 'audit'], ['system', 'system']] as const

/** What every page keeps in the address: which data set, judged by what. */
const KEPT = ['data', 'standard', 'overlay', 'set']

router.beforeEach(async (to, from) => {
  const kept = Object.fromEntries(KEPT.filter((k) => from.query[k] && !(k in to.query)).map((k) => [k, from.query[k]]))
  if (Object.keys(kept).length && to.name !== 'enter') return { ...to, query: { ...to.query, ...kept } }
  const state = session.state ?? (await refresh())
  const inside = state.account && !state.account.must_change_password
  if (!inside && to.name !== 'enter') return { name: 'enter' }
  if (inside && to.name === 'enter') return { name: 'overview' }
  if (inside && state.account?.needs_factor && to.name !== 'own') return { name: 'own' }
  // Who does not read the county's figures begins with their own work.
  const roles = state.account?.roles ?? []
  if (to.name === 'overview' && inside && !reads(roles)) return { name: START.find(([role]) => roles.includes(role))?.[1] ?? 'standards' }
  // Above the counties one begins with all of them.
  if (to.name === 'overview' && inside && above(roles) && !to.query.data) return { name: 'counties' }
  return true
})
