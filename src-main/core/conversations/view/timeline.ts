import type { ConversationEvent, Task } from '../../../../shared/model/conversation.ts';
import { answerBytes, bytesOf, cut } from './fit.ts';

const short = (text: string | null, length: number): string | null => (text === null ? null : cut(text, length));

/** Tasks and events with texts short enough for all of them to fit an answer; the row behind each is in its table. */
export function cutTimeline(tasks: readonly Task[], events: readonly ConversationEvent[], isCut: boolean): { tasks: Task[]; events: ConversationEvent[]; cut: boolean } {
  for (let length = 4096; ; length = Math.floor(length / 2)) {
    const shown = {
      tasks: tasks.map((row) => ({ ...row, description: cut(row.description, length), metadata: short(row.metadata, length) })),
      events: events.map((row) => ({ ...row, actor: short(row.actor, length), content: short(row.content, length) })),
      cut: isCut,
    };
    if (length < 16 || bytesOf(shown) <= answerBytes) return shown;
  }
}
