/** What every entry of the audit log has. */
export interface Entry {
  readonly at: number;
}
