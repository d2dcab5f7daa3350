/** Folder of an object's masks or probabilities: object 1 at the top, others in `object-<n>/`. */
export function objectFile(kind: 'masks' | 'probability', objectId: number, stem: string): string {
  return objectId === 1 ? `${kind}/${stem}.tif` : `${kind}/object-${objectId}/${stem}.tif`
}
