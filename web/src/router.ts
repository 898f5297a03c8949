import { createRouter, createWebHistory } from 'vue-router'
import { refresh, session } from './api'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'overview', component: () => import('./pages/Overview.vue') },
    { path: '/school/:school', name: 'school', component: () => import('./pages/School.vue') },
    { path: '/items', name: 'items', component: () => import('./pages/Items.vue') },
    { path: '/data', name: 'data', component: () => import('./pages/Data.vue') },
    { path: '/standards/:id?', name: 'standards', component: () => import('./pages/Standards.vue') },
    { path: '/accounts', name: 'accounts', component: () => import('./pages/Accounts.vue') },
    { path: '/enter', name: 'enter', component: () => import('./pages/Enter.vue') },
    { path: '/:rest(.*)', redirect: '/' },
  ],
})

router.beforeEach(async (to) => {
  const state = session.state ?? (await refresh())
  const inside = state.account && !state.account.must_change_password
  if (!inside && to.name !== 'enter') return { name: 'enter' }
  if (inside && to.name === 'enter') return { name: 'overview' }
  return true
})
