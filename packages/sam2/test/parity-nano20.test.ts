import { describeParity } from './parity-replay.ts'

describeParity('nano20', 20)
