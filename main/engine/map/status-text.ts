/** Names of the OPC UA status codes operators meet (Part 6, A.2 StatusCodes); info bits are cut off before the lookup. */
const names: ReadonlyMap<number, string> = new Map([
  [0x0000_0000, 'Good'],
  [0x0096_0000, 'GoodLocalOverride'],
  [0x00a2_0000, 'GoodEntryInserted'],
  [0x00a5_0000, 'GoodNoData'],
  [0x4000_0000, 'Uncertain'],
  [0x408f_0000, 'UncertainNoCommunicationLastUsableValue'],
  [0x4090_0000, 'UncertainLastUsableValue'],
  [0x4091_0000, 'UncertainSubstituteValue'],
  [0x4092_0000, 'UncertainInitialValue'],
  [0x4093_0000, 'UncertainSensorNotAccurate'],
  [0x4094_0000, 'UncertainEngineeringUnitsExceeded'],
  [0x4095_0000, 'UncertainSubNormal'],
  [0x8000_0000, 'Bad'],
  [0x8001_0000, 'BadUnexpectedError'],
  [0x8002_0000, 'BadInternalError'],
  [0x8003_0000, 'BadOutOfMemory'],
  [0x8004_0000, 'BadResourceUnavailable'],
  [0x8005_0000, 'BadCommunicationError'],
  [0x800a_0000, 'BadTimeout'],
  [0x800d_0000, 'BadServerNotConnected'],
  [0x800e_0000, 'BadServerHalted'],
  [0x801f_0000, 'BadUserAccessDenied'],
  [0x8031_0000, 'BadNoCommunication'],
  [0x8032_0000, 'BadWaitingForInitialData'],
  [0x8033_0000, 'BadNodeIdInvalid'],
  [0x8034_0000, 'BadNodeIdUnknown'],
  [0x8035_0000, 'BadAttributeIdInvalid'],
  [0x803a_0000, 'BadNotReadable'],
  [0x803c_0000, 'BadOutOfRange'],
  [0x803d_0000, 'BadNotSupported'],
  [0x803e_0000, 'BadNotFound'],
  [0x8074_0000, 'BadTypeMismatch'],
  [0x8089_0000, 'BadConfigurationError'],
  [0x808a_0000, 'BadNotConnected'],
  [0x808b_0000, 'BadDeviceFailure'],
  [0x808c_0000, 'BadSensorFailure'],
  [0x808d_0000, 'BadOutOfService'],
  [0x808e_0000, 'BadDeadbandFilterInvalid'],
])

/** `BadSensorFailure`, or `0x80AF0000` for a code without a name here. */
export function statusText(statusCode: number): string {
  const code = (statusCode & 0xffff_0000) >>> 0
  return names.get(code) ?? `0x${code.toString(16).toUpperCase().padStart(8, '0')}`
}
