import { Button } from '@mantine/core'
import type { ConfigProblem } from '../../shared/config/gateway.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { ErrorNote, Note } from '../components/note.tsx'
import { formText } from '../i18n/en-forms.ts'

/** Why what was typed did not go into the draft, where no field can say it. */
export function SaveNotes(props: {
  /** The sentence of a conflict; undefined: there is none. */
  readonly conflict: string | undefined
  readonly onTakeTheirs: () => void
  readonly onKeepMine: () => void
  readonly error: ErrorReport | undefined
  /** Problems in other parts of the configuration. */
  readonly elsewhere: readonly ConfigProblem[]
}) {
  const { conflict, error, elsewhere } = props
  return (
    <>
      {conflict === undefined ? null : (
        <Note
          tone="warn"
          role="alert"
          action={
            <>
              <Button size="compact-sm" variant="default" onClick={props.onTakeTheirs}>
                {formText.takeTheirs}
              </Button>
              <Button size="compact-sm" onClick={props.onKeepMine}>
                {formText.keepMine}
              </Button>
            </>
          }
        >
          {conflict}
        </Note>
      )}
      {error ? <ErrorNote error={error} /> : null}
      {elsewhere.length > 0 ? (
        <Note tone="bad" role="alert">
          {formText.elsewhere}
          {elsewhere.map((problem) => (
            <div key={problem.path}>{`${problem.path}: ${problem.message}`}</div>
          ))}
        </Note>
      ) : null}
    </>
  )
}
