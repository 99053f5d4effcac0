export function renderAssessmentReport(): string { return ''; }
