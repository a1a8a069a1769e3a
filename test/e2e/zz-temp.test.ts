import { desktopSuite } from './desktop-suite.ts'
desktopSuite('real engine', async () => ({ appDir: '/work/main/.tmp/snap' }))
desktopSuite('packaged', async () => ({ packaged: '/work/main/dist/linux-unpacked/thingsboard-gateway' }))
