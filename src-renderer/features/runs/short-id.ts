/** A run's short name: enough of the id to tell it from others. */
export function shortId(id: string): string {
  return id.length > 12 ? id.slice(0, 8) : id;
}
