import type { ReadableView, ViewStatus } from "../view/readable-view.ts";

/** A view on its way through the admin API, with the status that all its fields are taken from. */
export interface ObservedView {
  readonly view: ReadableView;
  readonly status: ViewStatus;
}

/** Takes the view's status, once for all fields of a response. */
export function observeView(view: ReadableView): ObservedView {
  return { view, status: view.status() };
}
