// The engine never imports Electron: the path mapping in tsconfig.json resolves 'electron' to this empty module.
export {}
