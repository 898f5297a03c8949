// Zones that were drawn and not yet taken: kept in the window, so that no page, language or reload loses them.
import type { Kept } from './zoning'

const key = (snapshot: string, stage: string) => `junheng.zones ${snapshot} ${stage}`

export function draftOf(snapshot: string, stage: string): Kept | null {
  const kept = sessionStorage.getItem(key(snapshot, stage))
  return kept ? (JSON.parse(kept) as Kept) : null
}

/** Keeps a draft, or forgets it where nothing was done. */
export function keepDraft(snapshot: string, stage: string, kept: Kept | null) {
  if (!kept || (!kept.steps.length && !kept.locked.length)) return sessionStorage.removeItem(key(snapshot, stage))
  try {
    sessionStorage.setItem(key(snapshot, stage), JSON.stringify(kept))
  } catch {
    // A full store keeps the draft before this one; the page itself goes on.
  }
}
