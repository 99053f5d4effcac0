import type { AdapterName } from '../../../../shared/model/conversation-mapping.ts';
import type { MappingInput, ShapeView, Weighed } from './shape-view.ts';

/** One program's way of keeping conversations: how its database is recognised, and how it is read. What rows alone cannot say is in scan/. */
export interface Adapter {
  readonly name: AdapterName;
  /** For people; null for the general rule. */
  readonly program: string | null;
  /** Null where the tables are not this program's. */
  detect(view: ShapeView): Promise<(Weighed & { readonly mapping: MappingInput }) | null>;
}
