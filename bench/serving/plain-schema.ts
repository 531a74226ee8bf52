import { buildSchema, type GraphQLSchema } from "graphql";

/** The part of the API that is measured, for servers that have plain objects behind it: default resolvers but at the root. */
export function createPlainSchema(): GraphQLSchema {
  return buildSchema(plainSdl);
}

export const plainSdl = `
enum OrderStatus { PLACED PAID SHIPPED DELIVERED CANCELLED }
enum ChangeKind { ENTERED UPDATED LEFT }
type Order {
  id: ID!
  customerId: ID!
  status: OrderStatus!
  total: Float!
  currency: String!
  quantity: Int!
  isGift: Boolean!
  city: String
  note: String
  customer: Customer
}
type Customer { id: ID! name: String! }
type OrderConnection { nodes: [Order!]! }
type OrderChange { kind: ChangeKind! order: Order }
type OrderChangeSet { changes: [OrderChange!]! }
type Query { order(id: ID!): Order  orders(first: Int): OrderConnection! }
type Subscription { ordersChanged: OrderChangeSet! }
`;
