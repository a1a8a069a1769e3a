import { MantineProvider } from '@mantine/core'
import { Frame } from './frame/frame.tsx'
import { TokenScreen } from './frame/token-screen.tsx'
import { useLink } from './stores/link-store.ts'
import { usePreferences } from './stores/preferences.ts'
import { theme } from './theme.ts'

export function App() {
  const unauthorized = useLink((link) => link.state === 'unauthorized')
  // Times are plain text by the time they are drawn: another clock draws everything anew.
  const clock = usePreferences((p) => p.clock)
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      {unauthorized ? <TokenScreen /> : <Frame key={clock} />}
    </MantineProvider>
  )
}
