import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { NtExecutable, NtExecutableResource, Resource } from 'resedit'
import { fuseSentinel } from './fuses.ts'

// The stand-in in the shape of an unpacked Electron distribution, for electron-builder's `electronDist` on machines where no
// Electron can be downloaded. The Linux folder runs; the Windows executable is an empty program with the resources that
// electron-builder edits.

const standIn = resolve(import.meta.dirname, '../standin-electron')
/** Version 1, nine fuses, all on: the form in which Electron ships them. */
const wire = Buffer.concat([Buffer.from(fuseSentinel), Buffer.from([1, 9]), Buffer.from('111111111')])

export function writeStandInDist(platform: 'linux' | 'win', folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'))
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '')
  writeFileSync(join(folder, 'LICENSE'), 'Test stand-in for Electron. Not for distribution.\n')
  if (platform === 'linux') writeLauncher(join(folder, 'electron'))
  else writeFileSync(join(folder, 'electron.exe'), emptyProgram())
}

function writeLauncher(path: string): void {
  const script = readFileSync(join(standIn, 'electron'), 'utf8').replace('@STANDIN_HOME@', standIn)
  // The script ends in `exec`, so the shell never reads this line.
  writeFileSync(path, Buffer.concat([Buffer.from(`${script}# `), wire, Buffer.from('\n')]))
  chmodSync(path, 0o755)
}

function emptyProgram(): Buffer {
  const program = NtExecutable.createEmpty(false, false)
  const resources = NtExecutableResource.from(program)
  const version = Resource.VersionInfo.createEmpty()
  const language = { lang: 0x0409, codepage: 1200 }
  version.setStringValues(language, { ProductName: 'Electron', FileDescription: 'Electron' })
  version.outputToResourceEntries(resources.entries)
  const bin = Uint8Array.from(wire).buffer
  resources.entries.push({ type: 'FUSES', id: 'STANDIN', lang: language.lang, codepage: language.codepage, bin })
  resources.outputResource(program)
  return Buffer.from(program.generate())
}
