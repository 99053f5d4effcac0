import { fromErrorReply, isErrorCode } from '../../../shared/contract/errors.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { Core } from '../../core/composition.ts';
import type { Output } from './output.ts';
import type { Speech } from './speech.ts';

function line(job: Job, { say, count, bytes, phase }: Speech): string {
  const share = job.progress === null ? '' : `${(job.progress * 100).toFixed(0).padStart(3)} %  `;
  const rows = job.rowsTotal === 0 ? '' : `${say('{{done}} of {{total}} rows', { done: count(job.rows), total: count(job.rowsTotal) })}  ${bytes(job.bytes)}  `;
  const left = job.remaining === null ? '' : say('{{seconds}} s left', { seconds: count(Math.ceil(job.remaining)) });
  return `${phase(job.phase)}  ${share}${rows}${left}`;
}

/** Follows a job to its end on standard error. The signal (Ctrl-C) cancels it; its error is thrown. */
export async function followJob(core: Core, jobId: string, output: Output, speech: Speech, signal: AbortSignal): Promise<Job> {
  const off = core.onEvent((event) => {
    if (event.type === 'job' && event.job.id === jobId) output.progress(line(event.job, speech));
    else if (event.type === 'job-log' && event.jobId === jobId && event.line.level !== 'info') output.note(event.line.code === undefined ? event.line.text : speech.coded({ code: event.line.code, params: event.line.params }));
  });
  const cancel = () => {
    output.note(speech.say('Cancelling…'));
    core.jobs.cancel(jobId);
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  try {
    const job = await core.jobs.wait(jobId);
    if (job.error !== null) {
      const code = job.error.code;
      throw fromErrorReply({ ...job.error, code: isErrorCode(code) ? code : 'INTERNAL' });
    }
    return job;
  } finally {
    off();
    signal.removeEventListener('abort', cancel);
    output.endProgress();
  }
}
