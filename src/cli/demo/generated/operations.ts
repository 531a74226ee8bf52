/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { OperationText as DocumentNode } from '../operation-text.ts';
import { gql } from '../operation-text.ts';
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

export type OrderChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type OrderChangesSubscription = { readonly ordersChanged: { readonly position: string | null, readonly changes: ReadonlyArray<{ readonly kind: ChangeKind, readonly id: string, readonly order: { readonly status: OrderStatus, readonly customer: { readonly name: string } | null } | null, readonly previous: { readonly status: OrderStatus } | null }> } };

export type RecentOrdersQueryVariables = Exact<{ [key: string]: never; }>;


export type RecentOrdersQuery = { readonly orders: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: OrderStatus, readonly total: number, readonly customer: { readonly name: string } | null, readonly product: { readonly name: string, readonly price: string } | null }> } };


export const OrderChangesDocument = gql`
    subscription OrderChanges {
  ordersChanged {
    changes {
      kind
      id
      order {
        status
        customer {
          name
        }
      }
      previous {
        status
      }
    }
    position
  }
}
    ` as unknown as DocumentNode<OrderChangesSubscription, OrderChangesSubscriptionVariables>;
export const RecentOrdersDocument = gql`
    query RecentOrders {
  orders(last: 3) {
    totalCount
    nodes {
      id
      status
      total
      customer {
        name
      }
      product {
        name
        price
      }
    }
  }
}
    ` as unknown as DocumentNode<RecentOrdersQuery, RecentOrdersQueryVariables>;