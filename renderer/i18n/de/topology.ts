import type { TopologyWords } from '../en-topology.ts'

export const topology: TopologyWords = {
  tab: 'Topologie',
  title: 'Von den Maschinen zu ThingsBoard',
  sources: (n) => `${n} ${n === 1 ? 'Quelle' : 'Quellen'}`,
  devices: (n) => `${n} ${n === '1' ? 'Gerät' : 'Geräte'}`,
  keys: (n) => `${n} Schlüssel`,
  perMinute: (n) => `${n} Werte/min`,
  problems: (n) => `${n} mit schlechten Werten`,
  queue: 'Warteschlange',
  waiting: (n) => `${n} wartend`,
  thingsboard: 'ThingsBoard',
  more: (n) => (n === 1 ? '1 weiteres Profil' : `${n} weitere Profile`),
  noDevices: 'noch kein Gerät',
  fit: 'Einpassen',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  empty: 'Noch nichts zu zeichnen',
  emptyBody: 'Quellen, ihre Geräte und ThingsBoard erscheinen hier, sobald sie verbunden sind.',
  orphan: 'Keine Quelle mehr',
  list: 'Als Liste',
}
