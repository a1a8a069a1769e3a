import { KeptList } from '../kept-list.ts'

/** Nodes somebody comes back to, per source, kept by this window's browser. */
export const favourites = new KeptList('tb-gateway.workbench.favourites', 500)
