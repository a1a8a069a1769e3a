import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatCount } from '../../format.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { navigate } from '../../stores/route.ts'
import { keepMachine } from './keep-machine.ts'
import { BackLink, StepPage } from './step-page.tsx'

const text = welcomeText.data

interface Totals {
  readonly devices: number
  readonly keys: number
}

/** The frame of step 3, with what is ticked in sum. */
export function DataPage({ totals, children }: { readonly totals: readonly Totals[]; readonly children: ReactNode }) {
  return (
    <StepPage
      n={3}
      title={text.title}
      actions={
        <>
          <BackLink to={['connect', '2']} />
          <Button variant="subtle" onClick={() => void pickByHand()}>
            {text.byHand}
          </Button>
          <span className="spacer" />
          {totals.length > 0 ? <span className="muted">{totalWords(totals)}</span> : null}
          <Button disabled={totals.length === 0} onClick={() => navigate('overview', 'connect', '4')}>
            {text.start}
          </Button>
        </>
      }
    >
      {children}
    </StepPage>
  )
}

function totalWords(totals: readonly Totals[]): string {
  const sum = (of: (total: Totals) => number): string => formatCount(totals.reduce((total, one) => total + of(one), 0))
  return text.total(
    sum(({ devices }) => devices),
    sum(({ keys }) => keys),
  )
}

/** The machine goes into the draft without data; the tree takes over from there. */
async function pickByHand(): Promise<void> {
  if ((await keepMachine()).state === 'saved') navigate('workbench')
}
