import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'

/** One accent, petrol blue; every other colour on screen means a state. Shades 7 (light) and 4 (dark) meet 4.5:1. */
const petrol: MantineColorsTuple = [
  '#eaf4fb',
  '#d3e6f3',
  '#a5cce6',
  '#85c4ee',
  '#63b8ea',
  '#2f90c8',
  '#147ab3',
  '#0a6496',
  '#08527c',
  '#063f60',
]

/** System fonts only: nothing is downloaded, and text looks as the operator's other programs do. */
const fontSans =
  "'Segoe UI Variable Text', 'Segoe UI', -apple-system, Ubuntu, Cantarell, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif"
const fontMono = "'Cascadia Mono', Consolas, ui-monospace, 'SF Mono', 'Liberation Mono', monospace"

/** Mantine's dark surfaces, borders and text, taken from styles/tokens.css. */
const dark: MantineColorsTuple = [
  '#e6ebf0',
  '#c3ccd4',
  '#a9b5c0',
  '#8e9ba8',
  '#4c5a67',
  '#2e3842',
  '#161c22',
  '#1a2128',
  '#161c22',
  '#12171c',
]

const small = { defaultProps: { size: 'xs' } }

/** Mantine decides once, for the light shade, whether text on the accent is white; our accent is light in the dark. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input)
  const onAccent = input.variant === 'filled' && (input.color === undefined || input.color === 'petrol')
  return onAccent ? { ...colors, color: 'var(--on-accent)' } : colors
}

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 4 },
  variantColorResolver,
  colors: { petrol, dark },
  fontFamily: fontSans,
  fontFamilyMonospace: fontMono,
  defaultRadius: 3,
  respectReducedMotion: true,
  fontSizes: { xs: '13px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  components: {
    Button: small,
    TextInput: small,
    PasswordInput: small,
    Textarea: small,
    NumberInput: { defaultProps: { size: 'xs', hideControls: true } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, comboboxProps: { shadow: 'md' } } },
    Autocomplete: small,
    Checkbox: small,
    Switch: small,
    SegmentedControl: small,
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 0 } },
    },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.25 }, transitionProps: { duration: 0 } } },
    // The placeholder would be a child that no menu may have (ARIA); the first item takes the focus instead.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md', transitionProps: { duration: 0 } } },
  },
})
