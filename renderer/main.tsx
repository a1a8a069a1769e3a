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
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectStores } from './stores/connect-stores.ts'
import { setUpZod } from './zod-setup.ts'

setUpZod()
connectStores()

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
