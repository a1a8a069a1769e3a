/** Class of a value by the quality its source gave it; good values need no word. */
export function qualityTone(quality: string): string {
  return quality === 'bad' ? 'tone-bad' : quality === 'uncertain' ? 'tone-warn' : ''
}
