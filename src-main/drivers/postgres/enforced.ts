/** Condition on a row `k` of pg_constraint: PostgreSQL 18 has constraints that it does not ask rows about; earlier ones lack the column. */
export const isEnforced = `(to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false')`;
