import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { clockStyles, formatMoment } from '../../format.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { chooseLanguage, currentLanguage, type Language, locales } from '../../i18n/locale.ts'
import { densities, setClock, setDensity, usePreferences } from '../../stores/preferences.ts'
import { useNow } from '../../stores/use-now.ts'

export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { density, clock } = usePreferences()
  const now = useNow()
  return (
    <div className="settings-form">
      <p className="muted">{text.here}</p>
      <Choice
        label={text.theme}
        value={colorScheme}
        choices={(['auto', 'light', 'dark'] as const).map((scheme) => [scheme, frameText.themes[scheme]])}
        onChange={(scheme: MantineColorScheme) => setColorScheme(scheme)}
      />
      <Choice
        label={text.density}
        value={density}
        choices={densities.map((name) => [name, text.densities[name]])}
        hint={text.densityHints[density]}
        onChange={setDensity}
      />
      <Choice
        label={text.clock}
        value={clock}
        choices={clockStyles.map((name) => [name, text.clocks[name]])}
        hint={text.clockSample(formatMoment(now, now))}
        onChange={setClock}
      />
      <Choice<Language>
        label={text.language}
        value={currentLanguage()}
        choices={locales.map((name) => [name, text.languages[name]])}
        hint={text.languageHint}
        onChange={chooseLanguage}
      />
    </div>
  )
}

function Choice<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly choices: readonly (readonly [T, string])[]
  readonly hint?: ReactNode
  readonly onChange: (value: T) => void
}) {
  const id = useId()
  return (
    <div className="settings-row">
      <span className="settings-label" id={id}>
        {props.label}
      </span>
      <SegmentedControl
        aria-labelledby={id}
        value={props.value}
        data={props.choices.map(([value, label]) => ({ value, label }))}
        onChange={(value) => {
          const choice = props.choices.find(([name]) => name === value)
          if (choice) props.onChange(choice[0])
        }}
      />
      {props.hint ? <span className="muted">{props.hint}</span> : null}
    </div>
  )
}
