// Plurals of English.

/** So many of a thing: 1 school, 2 schools, or as `several` has it. */
export const many = (n: number | string, word: string, several = `${word}s`) => `${n} ${String(n) === '1' ? word : several}`
