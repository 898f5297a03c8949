// Whether the window is a phone's: charts are drawn narrower then, not smaller.
import { ref } from 'vue'

const query = matchMedia('(max-width: 820px)')
export const narrow = ref(query.matches)
query.addEventListener('change', (change) => (narrow.value = change.matches))
