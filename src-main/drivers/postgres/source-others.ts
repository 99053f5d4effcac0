import { z } from 'zod';
import { isEnforced } from './enforced.ts';
import { isForeign, ofExtension, type PgSource } from './source-scope.ts';

/** Rights that somebody else than the owner has; those of the owner are the target's own. */
const shared = (acl: string, owner: string): string => `EXISTS (SELECT 1 FROM aclexplode(${acl}) granted WHERE granted.grantee <> ${owner})`;

/** Objects of whole kinds that do not cross, named as the server names them (manual 9.27.5, pg_identify_object). */
const kindsLeft: Readonly<Record<string, string>> = {
  pg_cast: '', pg_collation: '', pg_conversion: '', pg_default_acl: '', pg_event_trigger: '', pg_extension: " AND o.extname <> 'plpgsql'", pg_foreign_server: '', pg_language: '', pg_opclass: '', pg_operator: '', pg_ts_config: '', pg_ts_dict: '',
  pg_subscription: ' AND o.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
  // The domain of a column is told with it.
  pg_type: " AND o.typtype = 'd' AND NOT EXISTS (SELECT 1 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.atttypid = o.oid AND c.relkind IN ('r', 'p'))",
};
/** The first number of what is not the system's own (access/transam.h: FirstNormalObjectId). */
const firstOfOthers = 16_384;
const objectsLeft = [
  ...Object.entries(kindsLeft).map(([catalog, and]) => `SELECT '${catalog}'::regclass AS class, o.oid FROM ${catalog} o WHERE o.oid >= ${firstOfOthers}${and}`),
  // Of one partition alone.
  `SELECT 'pg_constraint'::regclass, k.oid FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND c.relispartition AND k.conparentid = 0 AND k.coninhcount = 0 AND k.contype <> 'n' AND ${isEnforced}`,
  `SELECT 'pg_class'::regclass, i.oid FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND c.relispartition AND NOT i.relispartition`,
].join(' UNION ALL ');

const query = `SELECT json_build_object('kind', kind, 'name', name, 'detail', detail)::text FROM (
      SELECT CASE WHEN ${ofExtension} THEN 'extension-table' WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialised-view' ELSE 'foreign-table' END AS kind, format('%I.%I', n.nspname, c.relname) AS name,
        CASE WHEN c.relkind IN ('v', 'm') AND NOT ${ofExtension} THEN pg_get_viewdef(c.oid) ELSE '' END AS detail
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND ((c.relkind = 'v' AND c.reloptions IS NOT NULL) OR c.relkind IN ('m', 'f') OR (c.relkind = 'r' AND ${ofExtension}))
        AND NOT (c.relkind IN ('v', 'm', 'f') AND ${ofExtension})
      UNION ALL SELECT 'trigger', format('%I.%I', n.nspname, c.relname) || ': ' || t.tgname, pg_get_triggerdef(t.oid)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND NOT t.tgisinternal AND t.tgparentid = 0
      UNION ALL SELECT 'not-enforced', format('%I.%I', n.nspname, c.relname) || ': ' || k.conname, pg_get_constraintdef(k.oid)
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND k.conparentid = 0 AND NOT ${isEnforced}
      UNION ALL SELECT 'policy', format('%I.%I', n.nspname, c.relname) || ': ' || p.polname, '' FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign}
      UNION ALL SELECT 'row-security', format('%I.%I', n.nspname, c.relname), '' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${isForeign} AND c.relrowsecurity AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)
      UNION ALL SELECT 'rule', format('%I.%I', n.nspname, c.relname) || ': ' || r.rulename, pg_get_ruledef(r.oid)
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND r.rulename <> '_RETURN' AND NOT ${ofExtension}
      UNION ALL SELECT 'inheritance', format('%I.%I', n.nspname, c.relname), (SELECT string_agg(h.inhrelid::regclass::text, ', ' ORDER BY h.inhrelid::regclass::text) FROM pg_inherits h WHERE h.inhparent = c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = c.oid)
      UNION ALL SELECT 'partitioned', format('%I.%I', n.nspname, c.relname), pg_get_partkeydef(c.oid) || coalesce(': ' || (SELECT string_agg(h.inhrelid::regclass::text, ', ' ORDER BY h.inhrelid::regclass::text) FROM pg_inherits h WHERE h.inhparent = c.oid), '')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND c.relkind = 'p' AND NOT c.relispartition AND NOT ${ofExtension}
      UNION ALL SELECT 'type', format('%I.%I', n.nspname, t.typname), '' FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE ${isForeign} AND (t.typtype = 'r' OR (t.typtype = 'c' AND (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c'))
        AND NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = 'pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e')
      UNION ALL SELECT 'large-objects', count(*)::text, '' FROM pg_largeobject_metadata HAVING count(*) > 0
      UNION ALL SELECT 'publication', quote_ident(pubname), '' FROM pg_publication
      UNION ALL SELECT 'statistics', format('%I.%I', n.nspname, e.stxname), pg_get_statisticsobjdef(e.oid) FROM pg_statistic_ext e JOIN pg_namespace n ON n.oid = e.stxnamespace WHERE ${isForeign}
      UNION ALL SELECT 'comment', format('%I.%I', n.nspname, c.relname) || ': ' || k.conname, d.description
      FROM pg_description d JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${isForeign} AND NOT c.relispartition AND NOT ${ofExtension}
      UNION ALL SELECT 'comment', format('%I.%I', n.nspname, i.relname), d.description
      FROM pg_description d JOIN pg_class i ON d.classoid = 'pg_class'::regclass AND d.objsubid = 0 AND i.oid = d.objoid AND i.relkind IN ('i', 'I')
      JOIN pg_index x ON x.indexrelid = i.oid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${isForeign} AND NOT ${ofExtension} AND (c.relispartition OR EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')))
      UNION ALL SELECT 'comment', quote_ident(n.nspname), d.description FROM pg_description d JOIN pg_namespace n ON d.classoid = 'pg_namespace'::regclass AND n.oid = d.objoid WHERE ${isForeign} AND n.nspname <> 'public'
      UNION ALL SELECT 'privileges', format('%I.%I', n.nspname, c.relname), concat_ws(', ', array_to_string(c.relacl, ', '),
        (SELECT string_agg(quote_ident(a.attname) || ': ' || array_to_string(a.attacl, ', '), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL))
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND NOT ${ofExtension}
        AND (${shared('c.relacl', 'c.relowner')} OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND ${shared('a.attacl', 'c.relowner')}))
      UNION ALL SELECT 'privileges', quote_ident(n.nspname), array_to_string(n.nspacl, ', ') FROM pg_namespace n WHERE ${isForeign} AND n.nspname <> 'public' AND ${shared('n.nspacl', 'n.nspowner')}
      UNION ALL SELECT 'storage', name, detail FROM (
        SELECT format('%I.%I', n.nspname, c.relname) AS name, nullif(concat_ws(', ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END, array_to_string(c.reloptions, ', '), 'TABLESPACE ' || quote_ident(s.spcname),
          CASE c.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL' WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' WHEN 'i' THEN 'REPLICA IDENTITY USING INDEX' END,
          (SELECT string_agg(concat_ws(' ', quote_ident(a.attname),
              CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END,
              CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END, 'STATISTICS ' || nullif(a.attstattarget, -1), array_to_string(a.attoptions, ', ')), ', ' ORDER BY a.attnum)
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0
              AND (a.attstorage <> t.typstorage OR a.attcompression <> '' OR nullif(a.attstattarget, -1) IS NOT NULL OR a.attoptions IS NOT NULL))), '') AS detail
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE ${isForeign} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT ${ofExtension}) stored
      WHERE detail IS NOT NULL
      UNION ALL SELECT 'object', (pg_identify_object(class, oid, 0)).identity, (pg_identify_object(class, oid, 0)).type FROM (${objectsLeft}) left_behind
      WHERE NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = left_behind.class AND x.objid = left_behind.oid AND x.deptype IN ('e', 'i'))
      UNION ALL SELECT 'function', format('%I.%I', n.nspname, f.proname), pg_get_function_identity_arguments(f.oid) FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
      WHERE ${isForeign} AND NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = f.oid AND x.deptype = 'e')) o ORDER BY kind, name`;

const form = z.object({
  kind: z.enum(['view', 'materialised-view', 'foreign-table', 'extension-table', 'trigger', 'not-enforced', 'policy', 'row-security', 'rule', 'inheritance', 'partitioned', 'type', 'large-objects', 'publication', 'statistics', 'comment', 'privileges', 'storage', 'object', 'function']),
  name: z.string(), detail: z.string(),
});
/** Something that does not cross: `detail` is its definition, its kind or what it consists of, as the kind has it. */
export type SourceOther = z.infer<typeof form>;

/** All that stays behind, inside the transaction that will read the rows. */
export async function readOthers(source: PgSource): Promise<SourceOther[]> {
  return (await source.rows(query)).map(([row]) => form.parse(JSON.parse(row ?? 'null')));
}
