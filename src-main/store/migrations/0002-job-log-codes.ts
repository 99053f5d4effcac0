/** Lines of a job's log by code and parameters (JSON), so that they read in the reader's language; `text` stays the English sentence. */
export const sql = `
ALTER TABLE job_log ADD COLUMN code TEXT;
ALTER TABLE job_log ADD COLUMN params TEXT;
`;
