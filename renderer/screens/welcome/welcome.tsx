import { useRoute } from '../../stores/route.ts'
import { ImportView } from './import-view.tsx'
import { SetupSteps } from './setup-steps.tsx'
import { WelcomeChoices } from './welcome-choices.tsx'

/** The first run, below the Overview: `#/overview/welcome`, `#/overview/connect/2`, `#/overview/import`. */
export function Welcome() {
  const { detail } = useRoute()
  const [view, step] = detail
  if (view === 'connect') return <SetupSteps step={Number(step ?? '1')} />
  return view === 'import' ? <ImportView /> : <WelcomeChoices />
}
