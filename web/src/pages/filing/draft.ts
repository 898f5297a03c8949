// What was typed and is not at the server yet: kept on this machine until it is.

export interface Pending {
  /** The version of the form it was typed over. */
  base: number
  values: Record<string, string>
}

const key = (filing: string) => `junheng.draft.${filing}`

export function kept(filing: string): Pending | null {
  try {
    const text = localStorage.getItem(key(filing))
    return text ? (JSON.parse(text) as Pending) : null
  } catch {
    return null
  }
}

export function keep(filing: string, pending: Pending) {
  try {
    if (Object.keys(pending.values).length) localStorage.setItem(key(filing), JSON.stringify(pending))
    else localStorage.removeItem(key(filing))
  } catch {
    // A browser without storage still has the page itself.
  }
}

/** What is left of a draft once the server has taken some of it; typed again meanwhile, it stays. */
export function left(pending: Pending, sent: Record<string, string>, version: number, conflicts: string[]): Pending {
  const values: Record<string, string> = {}
  for (const [k, v] of Object.entries(pending.values)) if (sent[k] !== v && !conflicts.includes(k)) values[k] = v
  return { base: version, values }
}
