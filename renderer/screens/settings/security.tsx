import { Button } from '@mantine/core'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { setUnlocked, useControlLock } from '../../stores/control-lock.ts'
import { hrefOf } from '../../stores/route.ts'

export function Security() {
  const unlocked = useControlLock((lock) => lock.unlocked)
  return (
    <div className="settings-form">
      <div className="settings-row">
        <span className="settings-label">{text.certificates}</span>
        <Button component="a" variant="default" href={hrefOf('activity', 'certificates')}>
          {text.open}
        </Button>
        <span className="muted">{text.certificatesHint}</span>
      </div>
      <div className="settings-row">
        <span className="settings-label">{text.lock}</span>
        <span className="row-gap">
          <span className={unlocked ? 'tone-warn' : undefined}>{unlocked ? text.unlocked : text.locked}</span>
          {unlocked ? (
            <Button variant="default" onClick={() => setUnlocked(false)}>
              {text.lockNow}
            </Button>
          ) : null}
        </span>
        <span className="muted">{text.lockHint}</span>
      </div>
      <div className="settings-row">
        <span className="settings-label">{text.secrets}</span>
        <span className="muted">{text.secretsHint}</span>
      </div>
    </div>
  )
}
