import { on, onLink, request } from '../api/client.ts'
import { chosenLanguage } from '../i18n/locale.ts'
import { draftChanged, loadDraft } from './draft-store.ts'
import { setEngine } from './engine-store.ts'
import { setLink } from './link-store.ts'
import { followRunning } from './running-config.ts'
import { setStatus } from './status-store.ts'

/** Wires the engine's events to the stores, once, before the first render. */
export function connectStores(): void {
  on('status.changed', setStatus)
  on('engine.state', (engine) => {
    setEngine(engine)
    // A window that opened before the engine ran got no answers yet; after a restart the former ones are old.
    if (engine.state === 'running') void catchUp()
  })
  on('config.changed', ({ revision }) => void followRunning(revision))
  on('draft.changed', draftChanged)
  onLink((state) => {
    setLink(state)
    if (state !== 'online') return
    tellLanguage()
    void catchUp()
  })
}

/** The tray speaks as the page does, also when the page is gone. */
function tellLanguage(): void {
  const language = chosenLanguage()
  void request('app.language', { language: language === 'pseudo' ? null : language })
}

/** Events are not repeated: after every (re)connect the present state is read. */
async function catchUp(): Promise<void> {
  void loadDraft()
  const status = await request('status.get', null)
  if (status.ok) setStatus(status.value)
}
