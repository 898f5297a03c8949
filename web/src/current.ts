// The snapshot that pages show: the one the county accepted last, else the newest.
import { snapshots } from './api'
import type { Snapshot } from './types'

export async function current(): Promise<Snapshot | null> {
  const all = await snapshots()
  return all.find((s) => s.accepted_at !== null) ?? all[0] ?? null
}
