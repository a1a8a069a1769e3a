import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ErrorReport } from '../../shared/errors.ts'
import { request } from '../api/client.ts'
import { ToneGlyph } from '../components/state-mark.tsx'
import { errorWhat } from '../i18n/en-codes.ts'
import { welcomeText } from '../i18n/en-welcome.ts'
import { switchDemo } from '../stores/switch-demo.ts'

const text = welcomeText.demo

/** Says that nothing is real, and the way back where there is one: a gateway that was started as a demo has none. */
export function DemoBanner() {
  const [canLeave, setCanLeave] = useState(false)
  const [state, setState] = useState<'idle' | 'leaving' | ErrorReport>('idle')
  useEffect(() => {
    void request('app.about', null).then((result) => setCanLeave(result.ok && result.value.canLeaveDemo))
  }, [])
  const leave = async (): Promise<void> => {
    setState('leaving')
    const error = await switchDemo('stop')
    if (error) setState(error)
  }
  return (
    <div className="banner banner-busy">
      <ToneGlyph tone="busy" />
      <span>{text.banner}</span>
      {typeof state === 'object' ? <span className="banner-more">{errorWhat(state)}</span> : null}
      {canLeave ? (
        <Button size="compact-xs" variant="default" loading={state === 'leaving'} onClick={() => void leave()}>
          {state === 'leaving' ? text.exiting : text.exit}
        </Button>
      ) : null}
    </div>
  )
}
