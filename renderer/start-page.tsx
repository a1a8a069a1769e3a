import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectStores } from './stores/connect-stores.ts'
import { installPreferences } from './stores/preferences.ts'

export function startPage(root: HTMLElement | null): void {
  installPreferences()
  connectStores()
  if (root) createRoot(root).render(<App />)
}
