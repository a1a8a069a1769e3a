import { KeptList } from '../kept-list.ts'

/** What is watched, per source. As many as one read carries besides the rows on screen. */
export const watchList = new KeptList('tb-gateway.workbench.watch', 100)
