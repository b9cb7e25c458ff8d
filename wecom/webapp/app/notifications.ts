// What stands in the device's own list of notifications, and is taken out of it again.

/** Those of one conversation, which was read; or all of them, when their reader goes. */
export async function closeNotifications(conversationId?: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/app/");
  const which = conversationId === undefined ? {} : { tag: `conversation:${conversationId}` };
  for (const each of (await registration?.getNotifications(which)) ?? []) each.close();
}
