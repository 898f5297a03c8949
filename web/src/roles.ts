// What a person's roles let them see; the server decides, the page only leaves out what it would refuse.

/** Whether these roles read the county's figures. */
export const reads = (roles: string[]) => roles.some((r) => ['county', 'planner', 'personnel', 'inspector', 'city', 'province'].includes(r))

/** Whether these roles look at several counties. */
export const above = (roles: string[]) => !roles.includes('county') && roles.some((r) => r === 'city' || r === 'province')
