import { computed, ref, watchEffect } from 'vue'
import { en } from './locales/en'
import { zh, type Words } from './locales/zh'

const KEY = 'junheng.lang'
export const lang = ref<'zh' | 'en'>(localStorage.getItem(KEY) === 'en' ? 'en' : 'zh')

watchEffect(() => {
  localStorage.setItem(KEY, lang.value)
  document.documentElement.lang = lang.value === 'en' ? 'en' : 'zh-CN'
})

/** The words of the page in the chosen language. */
export const t = computed<Words>(() => (lang.value === 'en' ? en : zh))
