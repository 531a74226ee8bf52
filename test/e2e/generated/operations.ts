/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { OperationText as DocumentNode } from '../../../src/cli/demo/operation-text.ts';
import { gql } from '../../../src/cli/demo/operation-text.ts';
/** What happened to an entity of the list. */
export type ChangeKind =
  /** It is in the list now: it came into being. */
  | 'ENTERED'
  /** It is no longer in the list: it was deleted. */
  | 'LEFT'
  /** It was in the list and is another now. */
  | 'UPDATED';

/** Where an order stands. */
export type OrderStatus =
  /** Called off by the customer or the shop. */
  | 'CANCELLED'
  /** With the customer. */
  | 'DELIVERED'
  /** Paid, not sent yet. */
  | 'PAID'
  /** Received, not paid yet. */
  | 'PLACED'
  /** On its way. */
  | 'SHIPPED';

/** What kind of thing a product is. */
export type ProductCategory =
  /** Things for the house. */
  | 'HOME'
  /** Things to cook and eat with. */
  | 'KITCHEN'
  /** Things to work with. */
  | 'OFFICE'
  /** Things to take along. */
  | 'OUTDOOR';

export type CustomerOrdersQueryVariables = Exact<{
  id: string | number;
}>;


export type CustomerOrdersQuery = { readonly customer: { readonly name: string, readonly orders: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: OrderStatus, readonly total: number }> } } | null };

export type DemoJoinsQueryVariables = Exact<{ [key: string]: never; }>;


export type DemoJoinsQuery = { readonly orders: { readonly nodes: ReadonlyArray<{ readonly customer: { readonly name: string, readonly orders: { readonly totalCount: number } } | null, readonly product: { readonly price: string } | null }> }, readonly products: { readonly totalCount: number } };

export type OrderByIdQueryVariables = Exact<{
  id: string | number;
}>;


export type OrderByIdQuery = { readonly order: { readonly placedAt: string, readonly city: string | null, readonly tags: ReadonlyArray<string>, readonly id: string, readonly status: OrderStatus, readonly total: number, readonly customer: { readonly id: string, readonly name: string, readonly email: string | null } | null, readonly product: { readonly sku: string, readonly price: string, readonly category: ProductCategory } | null, readonly lines: ReadonlyArray<{ readonly sku: string, readonly quantity: number, readonly price: number }> } | null };

export type OrderChangedSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type OrderChangedSubscription = { readonly orderChanged: { readonly kind: ChangeKind, readonly id: string, readonly order: { readonly id: string, readonly status: OrderStatus, readonly total: number } | null, readonly previous: { readonly status: OrderStatus } | null } };

export type OrderPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type OrderPageQuery = { readonly orders: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: OrderStatus, readonly total: number }> } };

export type OrderPartsFragment = { readonly id: string, readonly status: OrderStatus, readonly total: number };

export type OrdersByIdsQueryVariables = Exact<{
  ids: ReadonlyArray<string | number> | string | number;
}>;


export type OrdersByIdsQuery = { readonly ordersByIds: ReadonlyArray<{ readonly id: string, readonly status: OrderStatus, readonly total: number } | null> };

export type OrdersChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type OrdersChangedSubscription = { readonly ordersChanged: { readonly reset: boolean, readonly complete: boolean, readonly position: string | null, readonly changes: ReadonlyArray<{ readonly kind: ChangeKind, readonly id: string, readonly order: { readonly id: string, readonly status: OrderStatus, readonly total: number, readonly customer: { readonly name: string } | null } | null }> } };

export const OrderPartsFragmentDoc = gql`
    fragment OrderParts on Order {
  id
  status
  total
}
    ` as unknown as DocumentNode<OrderPartsFragment, unknown>;
export const CustomerOrdersDocument = gql`
    query CustomerOrders($id: ID!) {
  customer(id: $id) {
    name
    orders {
      totalCount
      nodes {
        ...OrderParts
      }
    }
  }
}
    ${OrderPartsFragmentDoc}` as unknown as DocumentNode<CustomerOrdersQuery, CustomerOrdersQueryVariables>;
export const DemoJoinsDocument = gql`
    query DemoJoins {
  orders(first: 2) {
    nodes {
      customer {
        name
        orders(first: 1) {
          totalCount
        }
      }
      product {
        price
      }
    }
  }
  products {
    totalCount
  }
}
    ` as unknown as DocumentNode<DemoJoinsQuery, DemoJoinsQueryVariables>;
export const OrderByIdDocument = gql`
    query OrderById($id: ID!) {
  order(id: $id) {
    ...OrderParts
    placedAt
    city
    customer {
      id
      name
      email
    }
    product {
      sku
      price
      category
    }
    lines {
      sku
      quantity
      price
    }
    tags
  }
}
    ${OrderPartsFragmentDoc}` as unknown as DocumentNode<OrderByIdQuery, OrderByIdQueryVariables>;
export const OrderChangedDocument = gql`
    subscription OrderChanged($id: ID!) {
  orderChanged(id: $id) {
    kind
    id
    order {
      ...OrderParts
    }
    previous {
      status
    }
  }
}
    ${OrderPartsFragmentDoc}` as unknown as DocumentNode<OrderChangedSubscription, OrderChangedSubscriptionVariables>;
export const OrderPageDocument = gql`
    query OrderPage($first: Int!, $after: String) {
  orders(first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...OrderParts
    }
  }
}
    ${OrderPartsFragmentDoc}` as unknown as DocumentNode<OrderPageQuery, OrderPageQueryVariables>;
export const OrdersByIdsDocument = gql`
    query OrdersByIds($ids: [ID!]!) {
  ordersByIds(ids: $ids) {
    ...OrderParts
  }
}
    ${OrderPartsFragmentDoc}` as unknown as DocumentNode<OrdersByIdsQuery, OrdersByIdsQueryVariables>;
export const OrdersChangedDocument = gql`
    subscription OrdersChanged {
  ordersChanged {
    reset
    complete
    changes {
      kind
      id
      order {
        ...OrderParts
        customer {
          name
        }
      }
    }
    position
  }
}
    ${OrderPartsFragmentDoc}` as unknown as DocumentNode<OrdersChangedSubscription, OrdersChangedSubscriptionVariables>;