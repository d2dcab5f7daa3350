import { describeParity } from './parity-replay.ts'

describeParity('nano21', 85)
