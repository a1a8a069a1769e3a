import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { request } from '../api/client.ts'
import { ToneGlyph } from '../components/state-mark.tsx'
import { draftText as text } from '../i18n/en-draft.ts'
import { decideTrial, isDecided } from '../stores/apply-draft.ts'
import { useDraft } from '../stores/draft-store.ts'
import { hrefOf, useRoute } from '../stores/route.ts'
import { tell } from '../stores/toasts.ts'
import { useNow } from '../stores/use-now.ts'

/** What the draft's life asks on every screen: an applied version on trial, a configuration from elsewhere. */
export function DraftBanners() {
  const trial = useDraft((d) => d.state?.trial)
  const hasProposal = useDraft((d) => d.state?.hasProposal)
  const { screen } = useRoute()
  useTrialOutcome(trial?.version)
  return (
    <div className="banners">
      {trial ? <TrialBanner version={trial.version} until={trial.until} /> : null}
      {hasProposal && screen !== 'versions' ? (
        <div className="banner banner-busy">
          <ToneGlyph tone="busy" />
          <span>{text.proposal}</span>
          <a href={hrefOf('versions', 'proposal')}>{text.proposalShow}</a>
        </div>
      ) : null}
    </div>
  )
}

function TrialBanner({ version, until }: { readonly version: number; readonly until: number }) {
  const now = useNow()
  const [deciding, setDeciding] = useState(false)
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  const decide = async (keep: boolean): Promise<void> => {
    setDeciding(true)
    await decideTrial(version, keep)
    setDeciding(false)
  }
  return (
    <section className="banner banner-warn trial" aria-label={text.trial.title(version)}>
      <ToneGlyph tone="warn" />
      <strong>{text.trial.title(version)}</strong>
      <span className="banner-more">{seconds > 0 ? text.trial.body(seconds) : text.trial.deciding}</span>
      <span className="spacer" />
      <Button size="compact-sm" disabled={deciding} onClick={() => void decide(true)}>
        {text.trial.keep}
      </Button>
      <Button size="compact-sm" variant="default" disabled={deciding} onClick={() => void decide(false)}>
        {text.trial.takeBack}
      </Button>
    </section>
  )
}

/** Tells when a trial ended against the operator's change: nobody has to have watched the countdown. */
function useTrialOutcome(version: number | undefined): void {
  const before = useRef(version)
  useEffect(() => {
    const ended = before.current
    before.current = version
    if (ended === undefined || ended === version || isDecided(ended)) return
    void request('versions.page', { offset: 0, limit: 20 }).then((result) => {
      const row = result.ok ? result.value.rows.find(({ number }) => number === ended) : undefined
      if (row?.state === 'rolled back') tell({ tone: 'bad', topic: 'apply', words: text.rolledBack(ended) })
    })
  }, [version])
}
