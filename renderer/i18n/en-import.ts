import { type Words, words } from './locale.ts'

/** Bringing an existing gateway: files in, a proposal with a report out. */
const importEnglish = {
  title: 'Bring an existing gateway',
  body: 'Drop the files of a ThingsBoard gateway here, or its whole folder. Nothing changes before you have looked at it.',
  files: 'Choose files…',
  folder: 'Choose a folder…',
  kinds: 'tb_gateway.json, tb_gateway.yaml, opcua.json, mqtt.json, docker-compose.yml, and the Java gateway’s files',
  reading: 'Reading…',
  another: 'Other files…',
  tooMany: (n: number) => `${n} files were left out: too large, too many, or of another kind.`,
  nothing: 'None of these files can be read here.',
  result: (sources: number, devices: string, keys: string) =>
    sources === 1
      ? `1 source, ${devices} devices, ${keys} keys`
      : `${sources} sources, ${devices} devices, ${keys} keys`,
  rules: (n: number) => (n === 1 ? '1 rule' : `${n} rules`),
  thingsboard: (address: string) => `ThingsBoard at ${address}`,
  noThingsboard: 'No ThingsBoard connection in these files',
  replaceThingsboard: 'Replace the ThingsBoard connection there is',
  states: { exact: 'Exact', interpreted: 'Interpreted', unsupported: 'Not supported' },
  counts: (n: string, state: string) => `${n} ${state}`,
  all: (n: string) => `All ${n}`,
  filter: 'Show',
  report: 'Report',
  columns: { state: 'State', place: 'Where', says: 'Says', became: 'Became' },
  line: (file: string, line: number) => (line > 0 ? `${file}:${line}` : file),
  noneOfThese: 'No entries of this kind.',
  accept: 'Put into the draft and review',
  accepting: 'Putting into the draft…',
  refused: 'The draft refused it:',
  conflict: 'The draft was changed meanwhile. Try again.',
  hint: 'Goes into the draft. It runs once you apply it.',
  save: 'Save the report…',
  unreadable: 'can not be read:',
  label: (files: string) => `Import ${files}`,
  someFiles: (first: string, more: number) => `${first} and ${more} more`,
} as const
export type ImportWords = Words<typeof importEnglish>
export const importText = words('import', importEnglish)
