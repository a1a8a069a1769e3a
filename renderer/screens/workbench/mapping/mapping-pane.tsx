import { lazy, Suspense } from 'react'

const TopologyView = lazy(async () => ({ default: (await import('../topology/topology-view.tsx')).TopologyView }))

/** The mapping of the Workbench takes this place. */
export function MappingPane() {
  return (
    <Suspense fallback={null}>
      <TopologyView />
    </Suspense>
  )
}
