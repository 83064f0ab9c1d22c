import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ts from 'ts6';

/** JSON schemas made from the SDK's own types, so that the stand-in's objects are held against what Stripe documents. */

const ENTRY = '/stripe-objects.ts';

/** A validator for each named object of the SDK (`PaymentIntent`, `Refund` …). Unknown fields are refused. */
export function stripeValidators<Name extends string>(
  names: readonly Name[],
): Record<Name, ValidateFunction> {
  const { checker, types } = loadTypes(names);
  const definitions: Record<string, object> = {};
  const known = new Map<ts.Type, string>();

  const schemaOf = (type: ts.Type): object => {
    if (type.isUnion()) return unionSchema(type);
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return {};
    if (type.symbol?.name === 'Decimal') return { type: 'string' };
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: element ? schemaOf(element) : {} };
    }
    return objectSchema(type);
  };

  /** What may be expanded (`string | Customer | null`) is not, here: following it would lead through all of Stripe. */
  const unionSchema = (type: ts.UnionType): object => {
    const isExpandable = type.types.some(({ flags }) => flags & ts.TypeFlags.String);
    const left = isExpandable ? ts.TypeFlags.Undefined | ts.TypeFlags.Object : ts.TypeFlags.Undefined;
    return { anyOf: type.types.filter(({ flags }) => !(flags & left)).map(schemaOf) };
  };

  /** By reference, since Stripe's objects hold one another. */
  const objectSchema = (type: ts.Type): object => {
    const name = known.get(type) ?? `type${known.size}`;
    if (!known.has(type)) {
      known.set(type, name);
      const properties = checker.getPropertiesOfType(type);
      const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
      definitions[name] = {
        type: 'object',
        properties: Object.fromEntries(
          properties.map((property) => [property.name, schemaOf(checker.getTypeOfSymbol(property))]),
        ),
        required: properties
          .filter((property) => !(property.flags & ts.SymbolFlags.Optional))
          .map((property) => property.name),
        additionalProperties: index ? schemaOf(index.type) : false,
      };
    }
    return { $ref: `#/$defs/${name}` };
  };

  const roots = names.map((name, index) => [name, schemaOf(types[index] as ts.Type)] as const);
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  return Object.fromEntries(
    roots.map(([name, root]) => [name, ajv.compile({ ...root, $defs: definitions })]),
  ) as unknown as Record<Name, ValidateFunction>;
}

function loadTypes(names: readonly string[]): { checker: ts.TypeChecker; types: ts.Type[] } {
  const source = [
    `import type Stripe from 'stripe';`,
    ...names.map((name) => `export declare const it${name}: Stripe.${name};`),
  ].join('\n');
  const entry = `${process.cwd()}${ENTRY}`;
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.getSourceFile = (name, target, ...rest) =>
    name === entry ? ts.createSourceFile(name, source, target) : getSourceFile(name, target, ...rest);
  host.fileExists = (name) => name === entry || fileExists(name);
  const program = ts.createProgram([entry], options, host);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error('the types of the SDK cannot be read');
  const symbols = checker.getExportsOfModule(module);
  return { checker, types: symbols.map((symbol) => checker.getTypeOfSymbol(symbol)) };
}
