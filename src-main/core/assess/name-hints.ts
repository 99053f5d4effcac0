/** What a column's name says about its meaning. A hint never decides a type; it only tells a plausible reading from a chance one. */

/** `created_at`, `LastLogin`, `expires`, `dtNascimento`, `data_hora` … */
export function soundsLikeTime(name: string): boolean {
  return /(^|_)(at|on|ts|when|dt|data|hora|em)($|_)|time|date|stamp|created|updated|modified|deleted|expire|since|until|started|ended|finished|login|seen|criado|atualizado|nasc/i.test(snake(name));
}

/** `is_active`, `hasPhoto`, `enabled`, `success` … */
export function soundsLikeFlag(name: string): boolean {
  return /^(is|has|can|should|allow|use|needs?|was|did)_|(enabled|disabled|active|flag|success|deleted|archived|visible|hidden|verified|approved|pinned|read|done|locked|public|private|ativo|sucesso|resolved|acknowledged|processed|reviewed|required|default)$/i.test(snake(name));
}

/** `uuid`, `session_guid`, `id`, `user_id` … */
export function soundsLikeIdentifier(name: string): boolean {
  return /(^|_)(u?u?id|guid|uuid)($|_)/i.test(snake(name));
}

/** `price`, `total_amount`, `valor` … */
export function soundsLikeAmount(name: string): boolean {
  return /(price|amount|total|cost|rate|balance|fee|tax|salary|valor|preco|saldo|percent|ratio|score)/i.test(snake(name));
}

function snake(name: string): string {
  return name.replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2').toLowerCase();
}
