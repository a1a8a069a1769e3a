import { Button, type MantineColorScheme, Select, useMantineColorScheme } from '@mantine/core'
import { IconFolderOpen, IconPlayerPlay, IconPlugConnected } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { ErrorReport } from '../../../shared/errors.ts'
import { ErrorNote } from '../../components/note.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { welcomeText as text } from '../../i18n/en-welcome.ts'
import { chooseLanguage, currentLanguage, locales } from '../../i18n/locale.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { hrefOf, navigate } from '../../stores/route.ts'
import { switchDemo } from '../../stores/switch-demo.ts'
import { hasBegun, useSetup } from './setup-store.ts'

const iconSize = { size: 28, stroke: 1.5, 'aria-hidden': true } as const

export function WelcomeChoices() {
  const begun = useSetup(hasBegun)
  const hasDraft = useDraft((d) => (d.state?.changes ?? 0) > 0)
  const [demo, setDemo] = useState<'idle' | 'starting' | ErrorReport>('idle')
  const startDemo = async (): Promise<void> => {
    setDemo('starting')
    const error = await switchDemo('start')
    if (error) setDemo(error)
  }
  const { connect, bring } = text.choices
  return (
    <section className="welcome" aria-label={text.title}>
      <div className="welcome-card panel">
        <h1>{text.title}</h1>
        <p className="welcome-intro">{text.intro}</p>
        <div className="welcome-choices">
          <Choice
            icon={<IconPlugConnected {...iconSize} />}
            title={begun || hasDraft ? connect.goOn : connect.title}
            body={connect.body}
            primary
            onChoose={() => navigate('overview', 'connect', '1')}
          />
          <Choice
            icon={<IconPlayerPlay {...iconSize} />}
            title={demo === 'starting' ? text.choices.demo.starting : text.choices.demo.title}
            body={text.choices.demo.body}
            busy={demo === 'starting'}
            onChoose={() => void startDemo()}
          />
          <Choice
            icon={<IconFolderOpen {...iconSize} />}
            title={bring.title}
            body={bring.body}
            onChoose={() => navigate('overview', 'import')}
          />
        </div>
        {typeof demo === 'object' ? <ErrorNote error={demo} /> : null}
        <footer className="welcome-foot">
          <Appearance />
          <span className="spacer" />
          <Button component="a" variant="subtle" href={hrefOf('overview', 'empty')}>
            {text.lookAround}
          </Button>
        </footer>
      </div>
    </section>
  )
}

function Choice(props: {
  readonly icon: ReactNode
  readonly title: string
  readonly body: string
  readonly primary?: boolean
  readonly busy?: boolean
  readonly onChoose: () => void
}) {
  return (
    <button
      type="button"
      className={`welcome-choice${props.primary ? ' welcome-primary' : ''}`}
      aria-busy={props.busy ?? false}
      disabled={props.busy ?? false}
      onClick={props.onChoose}
    >
      <span className="welcome-icon">{props.icon}</span>
      <span className="welcome-choice-title">{props.title}</span>
      <span className="welcome-choice-body">{props.body}</span>
    </button>
  )
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <>
      <Select
        label={text.language}
        value={currentLanguage()}
        data={locales.map((name) => ({ value: name, label: text.languages[name] }))}
        onChange={(value) => {
          const language = locales.find((name) => name === value)
          if (language && language !== currentLanguage()) chooseLanguage(language)
        }}
      />
      <Select
        label={text.theme}
        value={colorScheme}
        data={(['auto', 'light', 'dark'] as const).map((name) => ({ value: name, label: frameText.themes[name] }))}
        onChange={(value) => setColorScheme(value as MantineColorScheme)}
      />
    </>
  )
}
