import { MantineProvider } from '@mantine/core'
import { Frame } from './frame/frame.tsx'
import { TokenScreen } from './frame/token-screen.tsx'
import { useLink } from './stores/link-store.ts'
import { theme } from './theme.ts'

export function App() {
  const unauthorized = useLink((link) => link.state === 'unauthorized')
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      {unauthorized ? <TokenScreen /> : <Frame />}
    </MantineProvider>
  )
}
