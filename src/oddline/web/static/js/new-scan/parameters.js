/* Fields out of a detector's JSON Schema; only what was changed is sent. */
import { el } from "../text.js";
import { complain, field } from "./bits.js";

/* Gives [nodes, read]: read() gives {settings, wrong}, wrong being whether a field has an error. */
export function parameters(schema, change) {
  const fields = Object.entries(schema?.properties ?? {}).map(([name, one]) => parameter(name, one, change));
  const read = () => {
    const settings = {};
    let wrong = false;
    for (const one of fields) {
      const [set, value, problem] = one.read();
      complain(one.control, problem);
      wrong ||= Boolean(problem);
      if (set && !problem) settings[one.name] = value;
    }
    return { settings, wrong };
  };
  return [fields.map((one) => one.node), read, fields.length];
}

/* The kinds a schema allows, whatever way it says so. */
export function kinds(schema) {
  const any = schema.anyOf ?? schema.oneOf ?? [schema];
  return new Set(any.flatMap((one) => (one.enum ? ["enum"] : [one.type ?? "any"].flat())));
}

function options(schema) {
  const any = schema.anyOf ?? schema.oneOf ?? [schema];
  return any.flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));
}

function parameter(name, schema, change) {
  const allowed = kinds(schema);
  const made = allowed.has("enum") && allowed.size <= 2 ? choice(schema) : allowed.has("boolean") && allowed.size === 1 ? yesNo(schema) : written(schema, allowed);
  made.control.id = `p-${name}`;
  made.control.addEventListener("change", change);
  if (made.control.tagName === "INPUT") made.control.addEventListener("input", change);
  return { name, ...made, node: field(name.replaceAll("_", " "), made.control, (schema.description ?? "").replaceAll("``", "")) };
}

function shown(value) {
  return value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function choice(schema) {
  const control = el("select", { class: "input" }, ...options(schema).map((value) => el("option", { value: shown(value) }, value === null ? "none" : shown(value))));
  control.value = shown(schema.default);
  const read = () => {
    const value = options(schema).find((one) => shown(one) === control.value);
    return [control.value !== shown(schema.default), value, ""];
  };
  return { control, read };
}

function yesNo(schema) {
  const control = el("select", { class: "input" }, el("option", { value: "true" }, "yes"), el("option", { value: "false" }, "no"));
  control.value = String(schema.default ?? false);
  return { control, read: () => [control.value !== String(schema.default ?? false), control.value === "true", ""] };
}

function written(schema, allowed) {
  const numeric = allowed.has("integer") || allowed.has("number");
  const control = el("input", { class: "input", autocomplete: "off", spellcheck: "false", ...(numeric && { inputmode: allowed.has("number") ? "decimal" : "numeric" }) });
  const first = shown(schema.default);
  control.value = first;
  if (first === "") control.placeholder = "chosen by itself";
  const read = () => {
    const text = control.value.trim();
    if (text === first) return [false, null, ""];
    if (text === "") return [false, null, first === "" ? "" : `Empty. The default is ${first}.`];
    return understood(text, schema, allowed, numeric);
  };
  return { control, read };
}

function understood(text, schema, allowed, numeric) {
  const value = Number(text);
  if (numeric && Number.isFinite(value)) return [true, value, limits(value, schema, allowed)];
  if (allowed.has("string")) return [true, text, ""];
  if (allowed.has("array") || allowed.has("object") || allowed.has("any")) {
    try {
      return [true, JSON.parse(text), ""];
    } catch {
      if (allowed.has("any")) return [true, text, ""];
      return [true, null, `“${text}” is no JSON. Expected ${allowed.has("array") ? 'a list, for example ["a", "b"]' : 'an object, for example {"a": 1}'}.`];
    }
  }
  return [true, null, `“${text}” is no number${first(schema)}.`];
}

function first(schema) {
  return schema.default === null || schema.default === undefined ? "" : `; for example ${schema.default}`;
}

function limits(value, schema, allowed) {
  if (!allowed.has("number") && !Number.isInteger(value)) return `A whole number${first(schema)}.`;
  const bounds = [schema, ...(schema.anyOf ?? [])];
  const least = bounds.find((one) => one.minimum !== undefined)?.minimum;
  const above = bounds.find((one) => one.exclusiveMinimum !== undefined)?.exclusiveMinimum;
  const most = bounds.find((one) => one.maximum !== undefined)?.maximum;
  if (least !== undefined && value < least) return `At least ${least}${first(schema)}.`;
  if (above !== undefined && value <= above) return `More than ${above}${first(schema)}.`;
  if (most !== undefined && value > most) return `At most ${most}${first(schema)}.`;
  return "";
}
