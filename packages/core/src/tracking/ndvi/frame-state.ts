import type { Membership } from './object-membership.ts'

/**
 * Log-odds (stored steps) of each working pixel being the object on a frame: those of bare ground for
 * its members, of the ground they follow where they were overrun, and never above zero elsewhere.
 */
export function objectLogOdds(membership: Membership, posterior: Int8Array): Float32Array {
  const { member, follows } = membership
  const result = new Float32Array(posterior.length)
  for (let i = 0; i < posterior.length; i++) {
    const own = posterior[i] as number
    const leader = follows[i] as number
    if (!member[i]) result[i] = -Math.abs(own)
    else result[i] = leader < 0 ? own : Math.min(own, posterior[leader] as number)
  }
  return result
}
