// Web Push: the server's key, and the devices that it reaches.
import { answer, api } from "./http";
import type { components } from "./api.gen";

export type Subscription = components["schemas"]["SubscriptionView"];

export const pushKey = async (): Promise<string> => (await answer(api.GET("/api/push/key"))).public_key;
export const subscriptions = async (): Promise<Subscription[]> => (await answer(api.GET("/api/push/subscriptions"))).subscriptions;

export function subscribe(subscription: PushSubscription): Promise<unknown> {
  const { endpoint, keys } = subscription.toJSON() as components["schemas"]["NewSubscription"];
  return answer(api.POST("/api/push/subscriptions", { body: { endpoint, keys } }));
}

export const unsubscribe = (subscription_id: number): Promise<unknown> =>
  answer(api.DELETE("/api/push/subscriptions/{subscription_id}", { params: { path: { subscription_id } } }));
export const tryPush = (): Promise<unknown> => answer(api.POST("/api/push/test"));
