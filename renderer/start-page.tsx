import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectStores } from './stores/connect-stores.ts'

export function startPage(root: HTMLElement | null): void {
  connectStores()
  if (root) createRoot(root).render(<App />)
}
