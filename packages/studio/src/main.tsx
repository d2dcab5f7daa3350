import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startShortcuts } from './keyboard/shortcuts.ts'
import { App } from './shell/app.tsx'
import { FaultBoundary } from './shell/fault-boundary.tsx'
import { showTheme } from './state/theme.ts'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'

showTheme()
startShortcuts()
createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <FaultBoundary>
      <App />
    </FaultBoundary>
  </StrictMode>,
)
