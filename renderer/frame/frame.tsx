import { lazy, Suspense, useEffect } from 'react'
import { installKeymap } from '../keymap.ts'
import { Overview } from '../screens/overview/overview.tsx'
import { closeOverlay, useOverlay } from '../stores/overlays.ts'
import { type Screen, useRoute } from '../stores/route.ts'
import { Banners } from './banners.tsx'
import { DraftBanners } from './draft-banners.tsx'
import { IssueAnnouncer } from './issue-announcer.tsx'
import { KeysHelp } from './keys-help.tsx'
import { Rail } from './rail.tsx'
import { ScreenGuard } from './screen-guard.tsx'
import { StatusBar } from './status-bar.tsx'
import { Toasts } from './toasts.tsx'
import { TopBar } from './top-bar.tsx'

// Only the operator's home is in the first chunk; forms and zod schemas load when somebody edits.
const Sources = lazy(async () => ({ default: (await import('../screens/sources/sources.tsx')).Sources }))
const Delivery = lazy(async () => ({ default: (await import('../screens/delivery/delivery.tsx')).Delivery }))
const ThingsBoard = lazy(async () => ({
  default: (await import('../screens/thingsboard/thingsboard.tsx')).ThingsBoard,
}))
const Activity = lazy(async () => ({ default: (await import('../screens/activity/activity.tsx')).Activity }))

const Workbench = lazy(async () => ({ default: (await import('../screens/workbench/workbench.tsx')).Workbench }))
const Versions = lazy(async () => ({ default: (await import('../screens/versions/versions.tsx')).Versions }))
const Dashboard = lazy(async () => ({ default: (await import('../screens/dashboard/dashboard.tsx')).Dashboard }))
const loadReview = async () => ({ default: (await import('../screens/review/review-dialog.tsx')).ReviewDialog })
const loadPalette = async () => ({ default: (await import('./palette.tsx')).Palette })
const Review = lazy(loadReview)
const Palette = lazy(loadPalette)
const Settings = lazy(async () => ({ default: (await import('../screens/settings/settings.tsx')).Settings }))

const views: Record<Screen, () => React.ReactNode> = {
  overview: () => <Overview />,
  sources: () => <Sources />,
  delivery: () => <Delivery />,
  thingsboard: () => <ThingsBoard />,
  activity: () => <Activity />,
  workbench: () => <Workbench />,
  versions: () => <Versions />,
  dashboard: () => <Dashboard />,
  settings: () => <Settings />,
}

/** Opened by a key: what is typed right after it must find them there. */
function loadOverlays(): () => void {
  const idle = requestIdleCallback(() => {
    void loadPalette()
    void loadReview()
  })
  return () => cancelIdleCallback(idle)
}

export function Frame() {
  const { screen } = useRoute()
  const overlay = useOverlay((o) => o.open)
  useEffect(installKeymap, [])
  useEffect(loadOverlays, [])
  return (
    <div className="frame">
      <Rail />
      <TopBar />
      <div className="all-banners">
        <Banners />
        <DraftBanners />
      </div>
      <main className="screen" id="screen">
        <ScreenGuard key={screen}>
          <Suspense fallback={null}>{views[screen]()}</Suspense>
        </ScreenGuard>
      </main>
      <StatusBar />
      <KeysHelp opened={overlay === 'keys'} onClose={closeOverlay} />
      <Suspense fallback={null}>
        {overlay === 'review' ? <Review /> : null}
        {overlay === 'palette' ? <Palette /> : null}
      </Suspense>
      <Toasts />
      <IssueAnnouncer />
    </div>
  )
}
