import { ActionIcon, type MantineColorScheme, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconBrightness, IconKeyboard } from '@tabler/icons-react'
import { Ago } from '../components/age.tsx'
import { ToneGlyph } from '../components/state-mark.tsx'
import { formatCount, formatMinute } from '../format.ts'
import { frameText as text } from '../i18n/en-frame.ts'
import { sayField } from '../i18n/say.ts'
import { summaryTones } from '../stores/gateway-tones.ts'
import { useLink } from '../stores/link-store.ts'
import { openOverlay } from '../stores/overlays.ts'
import { useStatus } from '../stores/status-store.ts'
import { PaletteButton } from './palette-button.tsx'
import { PendingBar } from './pending-bar.tsx'

export function TopBar() {
  const name = useStatus((s) => s.status?.name)
  return (
    <header className="top-bar">
      <span className="top-name ellipsis">{name ?? 'ThingsBoard IoT Gateway'}</span>
      <StatePill />
      <PaletteButton />
      <span className="spacer" />
      <PendingBar />
      <ThemeSwitch />
      <Tooltip label={`${text.keys}  F1`}>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={text.keys} onClick={() => openOverlay('keys')}>
          <IconKeyboard size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </header>
  )
}

/** The one word about the whole gateway; it turns grey, with the time, when it is only what was known. */
function StatePill() {
  const status = useStatus((s) => s.status)
  const receivedAt = useStatus((s) => s.receivedAt)
  const online = useLink((link) => link.state === 'online')
  if (!status) {
    return (
      <section className="pill" aria-label={text.gatewayState}>
        <ToneGlyph tone="busy" />
        <span>{text.waitingForGateway}</span>
      </section>
    )
  }
  const tone = online ? summaryTones[status.summary] : 'off'
  const perMinute = formatCount(status.rates.deliveredPerSecond * 60)
  return (
    <section className={`pill pill-${tone}`} aria-label={text.gatewayState} title={sayField(status, 'detail')}>
      <ToneGlyph tone={tone} />
      <strong className={`tone-${tone}`}>{text.summary[status.summary]}</strong>
      {online ? (
        <>
          {status.rates.known ? (
            <span className="pill-part" title={text.valuesPerMinute(perMinute)}>
              {text.valuesPerMinute(perMinute)}
            </span>
          ) : null}
          <span className="pill-part" title={text.lastAck}>
            {status.uplink.lastAckAt ? (
              <>
                {text.lastAck} <Ago at={status.uplink.lastAckAt} />
              </>
            ) : (
              text.noAckYet
            )}
          </span>
        </>
      ) : (
        <span className="pill-part">{text.knownAt(formatMinute(receivedAt))}</span>
      )}
    </section>
  )
}

function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={text.theme}>
          <IconBrightness size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {(['auto', 'light', 'dark'] as const).map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {text.themes[scheme]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
