import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { logIn } from '../api/client.ts'
import { tokenFromText } from '../api/token.ts'
import { Note } from '../components/note.tsx'
import { frameText } from '../i18n/en-frame.ts'

const text = frameText.token

/** Shown by a browser without (or with an outdated) token; the desktop never gets here. */
export function TokenScreen() {
  const [value, setValue] = useState('')
  const hadToken = sessionStorage.getItem('tbgw.token') !== null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const token = tokenFromText(value)
    if (token) logIn(token)
  }
  return (
    <main className="token-screen">
      <form className="panel token-form" onSubmit={submit}>
        <h1>{text.title}</h1>
        <p>{text.body}</p>
        {hadToken ? <Note tone="warn">{text.refused}</Note> : null}
        <TextInput
          label={text.field}
          value={value}
          onChange={(e) => setValue(e.currentTarget.value)}
          data-autofocus
          autoFocus
        />
        <Button type="submit" disabled={value.trim() === ''}>
          {text.open}
        </Button>
      </form>
    </main>
  )
}
