import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The running `scarline studio` that `npm run dev` sends /api to, e.g. http://127.0.0.1:8123. */
const server = process.env['SCARLINE_STUDIO'] ?? 'http://127.0.0.1:8123'

export default defineConfig({
  base: './',
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: server, changeOrigin: true, headers: { origin: server } } },
  },
  build: {
    outDir: '../scarline/studio-dist',
    emptyOutDir: true,
    target: 'es2023',
    // The page's policy forbids inline code and data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
})
