import '@mantine/core/styles.layer.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/grid.css'
import './styles/overview.css'
import './styles/forms.css'
import './styles/delivery.css'
import './styles/sources.css'
import './styles/activity.css'
import './styles/opcua.css'
import './styles/workbench.css'
import './styles/source-tree.css'
import './styles/inspector.css'
import './styles/mapping.css'
import './styles/mapping-rules.css'
import './styles/payload.css'
import './styles/trace.css'
import './styles/draft.css'
import './styles/review.css'
import './styles/json-diff.css'
import './styles/welcome.css'
import './styles/dashboard.css'
import './styles/topology.css'
import './styles/versions.css'
import './styles/palette.css'
import { installLanguage, preferredLanguage } from './i18n/locale.ts'

// Checks and screens read their texts while they are loaded, so the language comes first.
await installLanguage(preferredLanguage())
const { setUpZod } = await import('./zod-setup.ts')
// Before the first schema is made.
setUpZod()
const { startPage } = await import('./start-page.tsx')
startPage(document.getElementById('root'))
