import type { SourceItem } from '../selection.ts'

/** Opens the dialog that asks how these become devices and keys. */
export function mapItems(items: readonly SourceItem[]): void {
  void items
}

/** Opens the rule editor with what these have in common. */
export function ruleFromItems(items: readonly SourceItem[]): void {
  void items
}
