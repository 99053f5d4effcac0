import { asInteger, asNumber, asText, dbl, plain } from './coerce.ts';
import { Untranslatable } from './errors.ts';
import { affinityOf, collationFields, int, isNumber, nothing, real, typed } from './typed.ts';
import type { Typed } from './typed.ts';
import type { Translator } from './translator.ts';

/** CAST(x AS type): only the affinity of the type counts to SQLite; a column keeps its collation. */
export function cast(value: Typed, targetType: string, translator: Translator): Typed {
  return { ...castTo(value, targetType, translator), ...collationFields(value) };
}

function castTo(value: Typed, targetType: string, translator: Translator): Typed {
  const affinity = affinityOf(targetType);
  const isNull = value.kind === 'null';
  switch (affinity) {
    case 'INTEGER': {
      const number = isNull ? int('NULL::bigint') : asInteger(value);
      return { ...number, affinity };
    }
    case 'TEXT':
      return { ...asText(value, translator.note), affinity };
    case 'REAL': {
      if (isNull) return real('NULL::double precision', { affinity });
      const number = asNumber(value);
      return real(number.kind === 'null' ? 'NULL::double precision' : dbl(number), { affinity });
    }
    case 'BLOB': {
      if (isNull) return nothing;
      const it = plain(value);
      if (it.kind === 'blob') return { ...it, affinity };
      translator.unstable('convert_to()');
      return typed(`convert_to(${asText(it, translator.note).sql}, 'UTF8')`, 'blob', 'bytea', { affinity });
    }
    default: {
      const it = isNull ? typed('NULL::numeric', 'num', 'numeric') : plain(value);
      if (isNumber(it.kind)) return { ...it, affinity };
      if (it.kind !== 'text') throw new Untranslatable('a cast of bytes or of mixed values to NUMERIC');
      return { ...asNumber(it), affinity };
    }
  }
}
