import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { ErrorNote } from '../../components/note.tsx'
import { TextField } from '../../forms/fields.tsx'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { chooseMachine } from './choose-machine.ts'

const text = welcomeText.machine

/** An address somebody knows. A server is asked what it offers, so that the strongest can be taken. */
export function TypedAddress() {
  const [address, setAddress] = useState('')
  const [asking, setAsking] = useState(false)
  const [error, setError] = useState<ErrorReport>()
  const endpointUrl = address.trim() === '' || address.includes('://') ? address.trim() : `opc.tcp://${address.trim()}`
  const use = async (): Promise<void> => {
    if (/^mqtts?:\/\//.test(endpointUrl)) {
      setError(undefined)
      return chooseMachine({ kind: 'mqtt', name: '', url: endpointUrl, security: [] })
    }
    setAsking(true)
    setError(undefined)
    const result = await request('opcua.endpoints', { endpointUrl })
    setAsking(false)
    if (!result.ok) return setError(result.error)
    const offers = result.value.endpoints.map((e) => `${e.securityMode} ${e.securityPolicy.split('#').at(-1) ?? ''}`)
    chooseMachine({ kind: 'opcua', name: '', url: endpointUrl, security: strongestFirst([...new Set(offers)]) })
  }
  return (
    <>
      <form
        className="field-with-button"
        onSubmit={(event) => {
          event.preventDefault()
          void use()
        }}
      >
        <TextField
          label={text.orType}
          mono
          placeholder="opc.tcp://host:4840, mqtt://host:1883"
          value={address}
          onChange={setAddress}
        />
        <Button type="submit" variant="default" disabled={endpointUrl === ''} loading={asking}>
          {text.use}
        </Button>
      </form>
      {error ? <ErrorNote error={error} /> : null}
    </>
  )
}

const modes = ['SignAndEncrypt', 'Sign', 'None']
const policies = [
  'Aes256_Sha256_RsaPss',
  'Aes128_Sha256_RsaOaep',
  'Basic256Sha256',
  'Basic256',
  'Basic128Rsa15',
  'None',
]

function strongestFirst(offers: readonly string[]): string[] {
  const rank = (offer: string): number => {
    const [mode = '', policy = ''] = offer.split(' ')
    const place = policies.indexOf(policy)
    return modes.indexOf(mode) * 10 + (place < 0 ? 9 : place)
  }
  return offers.toSorted((a, b) => rank(a) - rank(b))
}
