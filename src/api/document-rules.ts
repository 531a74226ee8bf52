import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import type { TailwaterError } from "../base/errors.ts";
import { QueryTooCostlyError, QueryTooDeepError } from "./input-errors.ts";
import { type ApiLimits, maxIntrospectionDepth } from "./limits.ts";
import { type Measure, makeSelectionMeasure } from "./selection-measure.ts";

/** The rules to validate documents with, beside graphql's own. */
export function createDocumentRules(limits: ApiLimits): readonly ValidationRule[] {
  return [depthLimitRule(limits.maxDepth), fieldLimitRule(limits.maxFields)];
}

/** Refuses operations that nest more than `max` fields (QUERY_TOO_DEEP); introspection has a fixed limit of its own. */
export function depthLimitRule(max: number): ValidationRule {
  return (context) => {
    const depthOf = makeSelectionMeasure(context, { ofField: (_field, inner) => 1 + inner(), add: Math.max });
    const dataDepthOf = makeSelectionMeasure(context, {
      ofField: (field, inner) => (isIntrospection(field) ? 0 : 1 + inner()),
      add: Math.max,
    });
    const introspectionDepthOf = makeSelectionMeasure(context, {
      ofField: (field) => (isIntrospection(field) ? 1 + depthOf(field.selectionSet) : 0),
      add: Math.max,
    });
    return onOperation(context, ({ selectionSet }) => {
      const depth = dataDepthOf(selectionSet);
      if (depth > max) return new QueryTooDeepError({ depth, limit: max, isIntrospection: false });
      const introspectionDepth = introspectionDepthOf(selectionSet);
      if (introspectionDepth <= maxIntrospectionDepth) return undefined;
      return new QueryTooDeepError({ depth: introspectionDepth, limit: maxIntrospectionDepth, isIntrospection: true });
    });
  };
}

const fieldCount: Measure = { ofField: (_field, inner) => 1 + inner(), add: (left, right) => left + right };

/** Refuses operations of more than `max` fields, fragments counted wherever they are spread (QUERY_TOO_COSTLY). */
export function fieldLimitRule(max: number): ValidationRule {
  return (context) => {
    const countOf = makeSelectionMeasure(context, fieldCount);
    return onOperation(context, ({ selectionSet }) => {
      const found = countOf(selectionSet);
      return found <= max ? undefined : new QueryTooCostlyError({ limit: "maxFields", max, found, unit: "fields" });
    });
  };
}

function onOperation(
  context: ValidationContext,
  check: (operation: OperationDefinitionNode) => TailwaterError | undefined,
): ASTVisitor {
  return {
    OperationDefinition: (operation) => {
      const error = check(operation);
      if (error === undefined) return;
      const extensions = { code: error.code };
      context.reportError(new GraphQLError(error.message, { nodes: operation, originalError: error, extensions }));
    },
  };
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === "__schema" || name.value === "__type";
}
