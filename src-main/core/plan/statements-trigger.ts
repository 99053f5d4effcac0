/** The SQL of a trigger and its function; shown and executed alike (see statements.ts). */
import type { Plan, PlanTrigger } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { placed, type Placement } from './statements.ts';

/** A dollar quote that the text does not hold. */
function dollarQuoted(text: string): string {
  let tag = '$body$';
  for (let n = 1; text.includes(tag); n += 1) tag = `$body${n}$`;
  return `${tag}\n${text}\n${tag}`;
}

/** What the function gives back: the row to go on with, or nothing where that is not asked for. */
function returned({ timing, event }: PlanTrigger): string {
  if (timing === 'AFTER') return 'RETURN NULL;';
  return event === 'DELETE' ? 'RETURN OLD;' : 'RETURN NEW;';
}

/**
 * Says for the transaction whether the trigger is at work, so that it does not fire itself. In the body, since only a superuser may give a function a
 * setting that no extension declares (manual, CREATE FUNCTION, SET); an error takes it back as it does all else.
 */
function guarded({ guard }: PlanTrigger, value: 'on' | ''): string {
  return guard === undefined ? '' : `PERFORM pg_catalog.set_config('${guard}', '${value}', true); `;
}

function bodyOf(trigger: PlanTrigger): string {
  const lines = trigger.steps.map((step) => {
    if (step.kind === 'sql') return `${step.sql};`;
    const action = step.kind === 'ignore' ? `${guarded(trigger, '')}RETURN NULL;` : `RAISE EXCEPTION USING MESSAGE = ${step.message}, ERRCODE = 'integrity_constraint_violation';`;
    return step.condition === undefined ? action : `IF ${step.condition} THEN ${action} END IF;`;
  });
  const steps = lines.map((line) => `  ${line}`).join('\n');
  return trigger.when === undefined ? steps : `  IF ${trigger.when} THEN\n${steps}\n  END IF;`;
}

/**
 * The function stands where its table does and moves with it; its text names tables by their final schema, where it will first run.
 * Names in it are columns first: a column may have the name of one of PL/pgSQL's own variables.
 */
export function createTriggerFunction(trigger: PlanTrigger, place: Placement): string {
  const on = guarded(trigger, 'on');
  const body = `#variable_conflict use_column\nBEGIN\n${on === '' ? '' : `  ${on.trimEnd()}\n`}${bodyOf(trigger)}\n  ${guarded(trigger, '')}${returned(trigger)}\nEND`;
  return `CREATE FUNCTION ${quoteQualified(place(trigger.target.schema), trigger.target.function)}() RETURNS trigger LANGUAGE plpgsql AS ${dollarQuoted(body)}`;
}

export function createTrigger(trigger: PlanTrigger, place: Placement): string {
  const { target, timing, event, columns, guard } = trigger;
  const of = columns.length === 0 ? '' : ` OF ${columns.map(quoteIdent).join(', ')}`;
  const when = guard === undefined ? '' : ` WHEN (current_setting('${guard}', true) IS DISTINCT FROM 'on')`;
  return `CREATE TRIGGER ${quoteIdent(target.trigger)} ${timing} ${event}${of} ON ${quoteQualified(place(target.schema), target.table)} FOR EACH ROW${when} EXECUTE FUNCTION ${quoteQualified(place(target.schema), target.function)}()`;
}

/**
 * Has the server plan every statement of the function against the tables as they stand, without running one: PL/pgSQL itself would find a
 * wrong name or type only when the trigger fires.
 */
export function checkTrigger(trigger: PlanTrigger, place: Placement, plan: Plan): string {
  const row = quoteQualified(place(trigger.target.schema), trigger.target.table);
  const conditions = [trigger.when, ...trigger.steps.map((step) => (step.kind === 'sql' ? undefined : step.condition)), ...trigger.steps.map((step) => (step.kind === 'raise' ? step.message : undefined))];
  const explained = [...trigger.steps.flatMap((step) => (step.kind === 'sql' ? [step.sql] : [])), ...conditions.filter((condition) => condition !== undefined).map((condition) => `SELECT ${condition}`)];
  const body = explained.map((sql) => `  FOR line IN EXPLAIN ${placed(sql, place, plan)} LOOP END LOOP;`).join('\n');
  return `DO ${dollarQuoted(`#variable_conflict use_column\nDECLARE new ${row}; old ${row}; line text;\nBEGIN\n${body}\nEND`)}`;
}
