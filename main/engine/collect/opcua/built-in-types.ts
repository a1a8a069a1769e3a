// The numbers of Part 6, 5.1.2 (Table 1), spelled out so that the conversions are pure and need no part of the client library.

export const BuiltInType = {
  Null: 0,
  Boolean: 1,
  SByte: 2,
  Byte: 3,
  Int16: 4,
  UInt16: 5,
  Int32: 6,
  UInt32: 7,
  Int64: 8,
  UInt64: 9,
  Float: 10,
  Double: 11,
  String: 12,
  DateTime: 13,
  Guid: 14,
  ByteString: 15,
  XmlElement: 16,
  NodeId: 17,
  ExpandedNodeId: 18,
  StatusCode: 19,
  QualifiedName: 20,
  LocalizedText: 21,
  ExtensionObject: 22,
  DataValue: 23,
  Variant: 24,
  DiagnosticInfo: 25,
} as const

/** How the client library tells scalars from arrays and matrices (VariantArrayType). */
export const ValueRank = { Scalar: 0, Array: 1, Matrix: 2 } as const

/** Name of a built-in type, `Type 99` when there is none. */
export function builtInTypeName(dataType: number): string {
  for (const [name, number] of Object.entries(BuiltInType)) if (number === dataType) return name
  return `Type ${dataType}`
}
