import { BuiltInType } from './built-in-types.ts'

/** Strings and everything that is written as text; null stays null. */
export function textOf(dataType: number, value: unknown): string | null {
  if (value === null || value === undefined) return null
  switch (dataType) {
    case BuiltInType.DateTime:
      return Number.isNaN((value as Date).getTime()) ? null : (value as Date).toISOString()
    case BuiltInType.ByteString:
      return (value as Buffer).toString('base64')
    case BuiltInType.LocalizedText:
      return (value as { text?: string | null }).text ?? null
    case BuiltInType.QualifiedName: {
      const { namespaceIndex, name } = value as { namespaceIndex: number; name: string | null }
      if (name === null) return null
      return namespaceIndex > 0 ? `${namespaceIndex}:${name}` : name
    }
    case BuiltInType.StatusCode:
      return (value as { name: string }).name
    default:
      return String(value)
  }
}
